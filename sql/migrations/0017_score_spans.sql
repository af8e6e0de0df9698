-- Which nominals a list of scores can hold, without unpacking it: a nominal's history
-- reads a list of every day.
alter table score_list
    add lowest integer generated always as (nominals[1]) stored,
    add highest integer generated always as (nominals[cardinality(nominals)]) stored;
