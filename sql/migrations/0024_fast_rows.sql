-- Who was fast in some hours, found without reading those rows: a verdict on everyone
-- monitored asks this of the hours round its window. Not by `t_from` first: rows near a
-- crime would then be sought by time, of which there are thousands, as well as by place.
create index trail_fastest on trail (fastest_m_s, t_from);
create index trail_line_gap on trail (line_gap_s);
