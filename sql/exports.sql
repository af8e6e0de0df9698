-- name: hits_at_crime
-- every hit there ever was at a hit's crime, in all its versions
select found.id from hit as asked
join crime_version as mine on mine.id = asked.crime_version
join crime_version as version on version.crime = mine.crime
join hit as found on found.crime_version = version.id
where asked.id = $1
order by found.id;

-- name: words_at_crime
-- all that people said of anybody at a hit's crime, in the order in which they said it
select said.id, said.hit, version.version as crime_version, said.device_id,
    said.nominal_id, said.verdict, said.word, said.said_by, said.reason, said.note,
    said.said_at
from hit as asked
join crime_version as mine on mine.id = asked.crime_version
join crime_version as version on version.crime = mine.crime
join hit_decision as said on said.crime_version = version.id
where asked.id = $1
order by said.id;

-- name: lists_at_crime
-- every time that verdicts were asked for at a hit's crime, oldest first
select list.run from hit as asked
join crime_version as mine on mine.id = asked.crime_version
join crime_version as version on version.crime = mine.crime
join verdict_list as list on list.crime_version = version.id
where asked.id = $1
order by list.run;

-- name: deliveries_at_crime
-- when each version of a hit's crime came, by whom, in which file
select version.version, version.created_at, batch.received_at, batch.sender,
    encode(batch.sha256, 'hex') as sha256
from hit as asked
join crime_version as mine on mine.id = asked.crime_version
join crime_version as version on version.crime = mine.crime
join batch on batch.id = version.batch
where asked.id = $1
order by version.version;

-- name: archive_key
-- by what people get their numbers
select key from archive_key;
