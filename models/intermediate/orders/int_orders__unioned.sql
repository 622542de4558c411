-- A table: half a dozen models read it, and the views behind it parse the raw files.
{{ union_systems('orders') }}
