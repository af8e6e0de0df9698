-- The central team sees who wears a tag or wore one, whoever had a hit: it loads the
-- orders, and answers for hits and breaches alike. An investigator sees whose hit the
-- force has; both by one probe of an index for each nominal.
drop index hit_nominal;
create index hit_nominal on hit (nominal_id, force);
do $$
begin
    if to_regrole('geocorr_web') is not null then
        alter policy web on tag_order using ((select sees_all_cases())
            or nominal_id in (select case_nominals())
            or (select acts_as('central_team'))
            or (select investigated_force()) is not null
                and exists (select from hit as of
                    where of.nominal_id = tag_order.nominal_id
                        and of.force = (select investigated_force())));
        alter policy web on nominal using ((select sees_all_cases())
            or nominal_id in (select case_nominals())
            or (select acts_as('central_team')) and exists (select from tag_order as of
                where of.nominal_id = nominal.nominal_id)
            or (select investigated_force()) is not null
                and exists (select from hit as of
                    where of.nominal_id = nominal.nominal_id
                        and of.force = (select investigated_force())));
    end if;
end
$$;
