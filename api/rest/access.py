"""Who may use which route. One that is not here fails a test, and is refused."""

from collections.abc import Mapping

from api.login.who import UserRole

_CENTRAL = frozenset({UserRole.CENTRAL_TEAM})
_INVESTIGATOR = frozenset({UserRole.INVESTIGATOR})
_HITS = frozenset({UserRole.CENTRAL_TEAM, UserRole.INVESTIGATOR, UserRole.LPU_TEAM})
_EVIDENCE = frozenset({UserRole.CENTRAL_TEAM, UserRole.INVESTIGATOR})
_ZONES = frozenset({UserRole.CENTRAL_TEAM, UserRole.INTELLIGENCE})
_CASES = frozenset({UserRole.LPU_TEAM, UserRole.INTELLIGENCE})
# Who decides on cohorts: a removal may need a supervisor (WMP2-39).
_COHORTS = _CASES | {UserRole.OM_INSPECTOR, UserRole.SUPERVISOR}
_INTELLIGENCE = frozenset({UserRole.INTELLIGENCE})
_INSPECTORS = frozenset(
    {UserRole.OM_INSPECTOR, UserRole.SUPERVISOR, UserRole.INTELLIGENCE}
)
_AUDITOR = frozenset({UserRole.AUDITOR})
_EVERYONE = frozenset(UserRole)

ACCESS: Mapping[tuple[str, str], frozenset[UserRole]] = {
    ("POST", "/v1/batches"): _CENTRAL,
    ("GET", "/v1/batches"): _EVIDENCE,
    ("GET", "/v1/batches/{batch}"): _EVIDENCE,
    ("GET", "/v1/batches/{batch}/refused.csv"): _CENTRAL,
    ("GET", "/v1/batches/{batch}/hits"): _EVIDENCE,
    ("POST", "/v1/batches/{batch}/match"): _CENTRAL,
    ("GET", "/v1/crimes"): _EVIDENCE,
    ("GET", "/v1/crimes/{force}/{reference:path}"): _EVIDENCE,
    ("POST", "/v1/crimes/{force}/{reference:path}/match"): _CENTRAL,
    ("GET", "/v1/runs"): _EVIDENCE,
    ("GET", "/v1/runs/{run}"): _EVIDENCE,
    ("GET", "/v1/trails"): _EVIDENCE | _INTELLIGENCE,
    ("GET", "/v1/hits"): _HITS,
    ("GET", "/v1/hits/{hit}"): _EVIDENCE,
    ("GET", "/v1/hits/{hit}/assessments"): _EVIDENCE,
    ("GET", "/v1/hits/{hit}/disclosure.zip"): _EVIDENCE,
    ("GET", "/v1/hits/{hit}/decisions"): _HITS,
    ("POST", "/v1/hits/{hit}/decisions"): _INVESTIGATOR,
    ("POST", "/v1/hits/{hit}/qualification"): _CENTRAL,
    ("POST", "/v1/qualifications"): _CENTRAL,
    ("POST", "/v1/sendings"): _CENTRAL,
    ("POST", "/v1/verdicts"): _EVIDENCE,
    ("GET", "/v1/verdicts"): _EVIDENCE,
    ("GET", "/v1/verdicts/{run}"): _EVIDENCE,
    ("POST", "/v1/drop"): _EVIDENCE,
    ("GET", "/v1/batches/{batch}/coverage"): _EVIDENCE,
    ("GET", "/v1/crimes/{force}/{reference:path}/coverage"): _EVIDENCE,
    ("POST", "/v1/series"): _EVIDENCE,
    ("POST", "/v1/co-presence"): _EVIDENCE,
    ("POST", "/v1/zones"): _ZONES,
    ("GET", "/v1/zones"): _ZONES,
    ("GET", "/v1/breaches"): _ZONES,
    ("GET", "/v1/breaches/{breach}"): _CENTRAL,
    ("POST", "/v1/breaches/{breach}/outcome"): _CENTRAL,
    ("GET", "/v1/scores"): _CASES,
    ("GET", "/v1/scores/{nominal}"): _CASES,
    ("GET", "/v1/scores/{nominal}/history"): _CASES,
    ("GET", "/v1/weights"): _CASES,
    ("GET", "/v1/weights/matrix"): _CASES,
    ("GET", "/v1/weights/{weight_set}"): _INTELLIGENCE,
    ("POST", "/v1/weights"): _INTELLIGENCE,
    ("POST", "/v1/weights/{weight_set}/simulations"): _INTELLIGENCE,
    ("POST", "/v1/weights/{weight_set}/decision"): _INTELLIGENCE,
    ("GET", "/v1/manual-scores"): _CASES,
    ("GET", "/v1/manual-scores/{manual_score}"): _CASES,
    ("POST", "/v1/manual-scores"): _INTELLIGENCE,
    ("POST", "/v1/manual-scores/{manual_score}/review"): _INTELLIGENCE,
    ("POST", "/v1/manual-scores/{manual_score}/end"): _INTELLIGENCE,
    ("GET", "/v1/nominals/{nominal}/partners"): _CASES,
    ("POST", "/v1/nominals/{nominal}/partners"): _CASES,
    ("GET", "/v1/meetings"): _CASES,
    ("POST", "/v1/meetings"): _CASES,
    ("GET", "/v1/notices"): _CASES,
    ("POST", "/v1/notices/{notice}/seen"): _CASES,
    ("GET", "/v1/cohorts"): _COHORTS,
    ("GET", "/v1/cohorts/nominals/{nominal}"): _COHORTS,
    ("POST", "/v1/cohorts/nominals/{nominal}/decisions"): _COHORTS,
    ("GET", "/v1/cases/due"): _CASES,
    ("GET", "/v1/cases/to-open"): _CASES,
    ("GET", "/v1/cases/{case}"): _CASES,
    ("POST", "/v1/cases"): _CASES,
    ("POST", "/v1/cases/{case}/entries"): _CASES,
    ("GET", "/v1/referrals"): _CASES,
    ("GET", "/v1/referrals/panels/{force}"): _CASES,
    ("POST", "/v1/referrals"): _CASES,
    ("POST", "/v1/referrals/{referral}/decision"): _CASES,
    ("GET", "/v1/disclosures/agreements"): _CASES,
    ("POST", "/v1/disclosures/agreements"): _CASES,
    ("POST", "/v1/disclosures"): _CASES,
    ("GET", "/v1/nominals/{nominal}/disclosures"): _CASES,
    ("GET", "/v1/performance/{table}"): _EVERYONE - {UserRole.INVESTIGATOR},
    ("GET", "/v1/ownership"): _CASES,
    ("GET", "/v1/ownership/spread"): _CASES,
    ("GET", "/v1/ownership/inbox"): _CASES,
    ("GET", "/v1/ownership/proposals"): _INTELLIGENCE,
    ("GET", "/v1/ownership/consultations"): _INSPECTORS,
    ("POST", "/v1/ownership/nominals/{nominal}/answer"): _CASES,
    ("POST", "/v1/ownership/nominals/{nominal}/allocation"): _INTELLIGENCE,
    ("POST", "/v1/ownership/nominals/{nominal}/transfer"): _INSPECTORS,
    ("POST", "/v1/ownership/consultations/{consultation}/answer"): _INSPECTORS,
    ("GET", "/v1/ownership/plans/due"): _CASES,
    ("GET", "/v1/ownership/nominals/{nominal}"): _CASES,
    (
        "POST",
        "/v1/ownership/nominals/{nominal}/addresses/{address}/place",
    ): _INTELLIGENCE,
    ("POST", "/v1/ownership/nominals/{nominal}/owner"): _INTELLIGENCE,
    ("POST", "/v1/ownership/nominals/{nominal}/release"): _INTELLIGENCE,
    ("POST", "/v1/ownership/nominals/{nominal}/plans"): _CASES,
    ("GET", "/v1/audit"): _AUDITOR,
    ("GET", "/v1/health"): _EVERYONE,
    ("GET", "/docs"): _EVERYONE,
    ("GET", "/openapi.json"): _EVERYONE,
}
