"""The report: one page with what the marts say, in English and Vietnamese.

`queries` asks the marts for sums, `texts` says things in two languages, `lifecycle`,
`moves`, `buyers`, `care` and `quality` draw, `page` puts it all into one file.
"""
