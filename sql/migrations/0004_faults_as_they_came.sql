-- A refused row is kept as it came, and it may hold a NUL, which jsonb cannot.
alter table batch
    alter column faults type json,
    alter column warnings type json,
    alter column refused type json;
