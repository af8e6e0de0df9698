-- Who was fast in an hour, out of the index alone: a verdict on everyone monitored asks
-- this of the hours round its window, whose rows it does not read.
create index trail_fast on trail (t_from, fastest_m_s, line_gap_s, device);
