-- A file stays as it came until its time is over. The worker may store again, with the
-- same content, what retention emptied; it changes nothing that is still kept.
create function original_file_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    -- Retention's own function has the owner's rights.
    if current_user = 'geocorr_worker' and old.purged_at is null then
        raise insufficient_privilege using
            message = 'a file stays as it came until retention removes it';
    end if;
    return new;
end
$$;
create trigger original_file_stays before update on original_file
    for each row execute function original_file_stays();
