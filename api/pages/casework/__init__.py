"""The pages of LPU teams and inspectors: inbox, nominals, cohorts, cases."""
