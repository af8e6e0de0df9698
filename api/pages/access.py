"""Who may open which page. A page that is not here fails a test and is refused."""

from collections.abc import Mapping

from api.login.who import UserRole

CENTRAL = frozenset({UserRole.CENTRAL_TEAM})
INVESTIGATOR = frozenset({UserRole.INVESTIGATOR})
EVIDENCE = CENTRAL | INVESTIGATOR
LPU = frozenset({UserRole.LPU_TEAM})
CASES = LPU | {UserRole.INTELLIGENCE}
INTELLIGENCE = frozenset({UserRole.INTELLIGENCE})
INSPECTORS = frozenset({UserRole.OM_INSPECTOR, UserRole.SUPERVISOR})
AUDITOR = frozenset({UserRole.AUDITOR})
ADMIN = frozenset({UserRole.ADMIN})
CASEWORK = CASES | INSPECTORS
EVERYONE = frozenset(UserRole)

# What a stranger may open.
OPEN: frozenset[tuple[str, str]] = frozenset(
    {
        ("GET", "/assets/{path:path}"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("GET", "/login/oidc"),
        ("GET", "/login/oidc/callback"),
    }
)

PAGES: Mapping[tuple[str, str], frozenset[UserRole]] = {
    ("GET", "/"): EVERYONE,
    ("POST", "/logout"): EVERYONE,
    ("GET", "/basemap/place"): EVERYONE,
    ("GET", "/basemap/{name}"): EVERYONE,
    ("GET", "/password"): EVERYONE,
    ("POST", "/password"): EVERYONE,
    ("GET", "/upload"): CENTRAL,
    ("POST", "/upload"): CENTRAL,
    ("GET", "/batches"): CENTRAL,
    ("GET", "/batches/{batch}"): CENTRAL,
    ("POST", "/batches/{batch}"): CENTRAL,
    ("GET", "/crimes"): CENTRAL,
    ("GET", "/crimes/{force}/{reference:path}"): CENTRAL,
    ("POST", "/crimes/{force}/{reference:path}"): CENTRAL,
    ("GET", "/hits"): CENTRAL,
    ("POST", "/hits"): CENTRAL,
    ("GET", "/hits/send"): CENTRAL,
    ("POST", "/hits/send"): CENTRAL,
    ("GET", "/worklist"): INVESTIGATOR,
    ("GET", "/hits/{hit}"): EVIDENCE,
    ("GET", "/hits/{hit}/map.json"): EVIDENCE,
    ("POST", "/hits/{hit}/decision"): INVESTIGATOR,
    ("POST", "/hits/{hit}/qualification"): CENTRAL,
    ("POST", "/hits/{hit}/slice"): EVIDENCE,
    ("GET", "/verdicts"): EVIDENCE,
    ("POST", "/verdicts"): EVIDENCE,
    ("GET", "/verdicts/{run}"): EVIDENCE,
    ("GET", "/verdicts/{run}/map.json"): EVIDENCE,
    ("POST", "/verdicts/{run}/names"): EVIDENCE,
    ("GET", "/here"): EVIDENCE,
    ("POST", "/here"): EVIDENCE,
    ("GET", "/series"): EVIDENCE,
    ("GET", "/people/{nominal}/locations"): EVIDENCE | INTELLIGENCE,
    ("GET", "/people/{nominal}/locations.json"): EVIDENCE | INTELLIGENCE,
    ("POST", "/people/{nominal}/locations"): EVIDENCE | INTELLIGENCE,
    ("GET", "/method"): EVERYONE,
    ("GET", "/inbox"): CASEWORK,
    ("POST", "/inbox"): CASES,
    ("GET", "/notices"): CASES,
    ("POST", "/notices"): CASES,
    ("GET", "/consultations"): CASEWORK,
    ("GET", "/consultations/{consultation}"): CASEWORK,
    ("POST", "/consultations/{consultation}"): INSPECTORS | INTELLIGENCE,
    ("GET", "/no-fixed-abode"): INTELLIGENCE,
    ("GET", "/no-fixed-abode/map.json"): INTELLIGENCE,
    ("GET", "/addresses"): INTELLIGENCE,
    ("GET", "/people"): CASEWORK,
    ("GET", "/people/{nominal}"): CASEWORK,
    ("GET", "/people/{nominal}/ownership"): CASEWORK,
    ("POST", "/people/{nominal}/ownership"): CASEWORK,
    ("POST", "/people/{nominal}/place"): INTELLIGENCE,
    ("POST", "/people/{nominal}/plan"): CASES,
    ("GET", "/people/{nominal}/score"): CASEWORK,
    ("POST", "/people/{nominal}/score"): CASEWORK,
    ("GET", "/people/{nominal}/cohorts"): CASEWORK,
    ("POST", "/people/{nominal}/cohorts"): CASEWORK,
    ("GET", "/people/{nominal}/hits"): CASEWORK,
    ("GET", "/cohort"): CASEWORK,
    ("GET", "/due"): CASEWORK,
    ("GET", "/cases/new"): CASEWORK,
    ("POST", "/cases/new"): CASEWORK,
    ("GET", "/cases/{case}"): CASEWORK,
    ("POST", "/cases/{case}"): CASEWORK,
    ("GET", "/referrals"): CASEWORK,
    ("GET", "/referrals/new"): CASEWORK,
    ("POST", "/referrals/new"): CASEWORK,
    ("GET", "/referrals/{referral}"): CASEWORK,
    ("POST", "/referrals/{referral}"): CASEWORK,
    ("GET", "/meetings"): CASEWORK,
    ("POST", "/meetings"): CASES,
    ("GET", "/agreements"): CASEWORK,
    ("POST", "/agreements"): CASES,
    ("GET", "/people/{nominal}/disclosures"): CASEWORK,
    ("POST", "/people/{nominal}/disclosures"): CASES,
    ("GET", "/panels/new"): CASEWORK,
    ("POST", "/panels/new"): CASEWORK,
    ("GET", "/weights"): INTELLIGENCE,
    ("POST", "/weights"): INTELLIGENCE,
    ("GET", "/weights/matrix"): CASES,
    ("GET", "/weights/{weight_set}"): INTELLIGENCE,
    ("POST", "/weights/{weight_set}"): INTELLIGENCE,
    ("POST", "/weights/{weight_set}/simulation"): INTELLIGENCE,
    ("GET", "/manual-scores"): CASES,
    ("POST", "/manual-scores"): INTELLIGENCE,
    ("GET", "/manual-scores/{manual_score}"): CASES,
    ("POST", "/manual-scores/{manual_score}"): INTELLIGENCE,
    ("GET", "/zones"): CENTRAL | INTELLIGENCE,
    ("POST", "/zones"): CENTRAL | INTELLIGENCE,
    ("GET", "/breaches"): CENTRAL | INTELLIGENCE,
    ("GET", "/breaches/{breach}"): CENTRAL,
    ("POST", "/breaches/{breach}"): CENTRAL,
    ("GET", "/audit"): AUDITOR,
    ("GET", "/audit/entries.csv"): AUDITOR,
    ("GET", "/audit/chain"): AUDITOR,
    ("GET", "/users"): ADMIN,
    ("GET", "/users/new"): ADMIN,
    ("POST", "/users/new"): ADMIN,
    ("GET", "/users/{account}"): ADMIN,
    ("POST", "/users/{account}"): ADMIN,
    ("GET", "/policy"): ADMIN | AUDITOR | INTELLIGENCE,
    ("GET", "/performance"): EVERYONE - INVESTIGATOR,
    ("GET", "/performance/{table}"): EVERYONE - INVESTIGATOR,
    ("GET", "/performance/{table}/rows.csv"): EVERYONE - INVESTIGATOR,
}
