-- Who says what of an owner: an LPU claims and disputes for itself, an Inspector or a
-- Supervisor takes over for the force, and all else intelligence decides.
do $$
begin
    if to_regrole('geocorr_web') is not null then
        alter policy web on ownership with check (
            ((select sees_all_cases()) or nominal_id in (select case_nominals()))
            and ((select acts_as('intelligence'))
                or act in ('claimed', 'disputed')
                    and coalesce(lpu, (select acting('lpu'))) = (select acting('lpu'))
                or act = 'transferred' and force = (select acting('force'))
                    and (select acts_as('om_inspector', 'supervisor'))));
        alter policy web on inbox_answer with check (
            ((select sees_all_cases()) or nominal_id in (select case_nominals()))
            and ((select acts_as('intelligence')) or lpu = (select acting('lpu'))));
    end if;
end
$$;
