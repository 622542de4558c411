{#-
    An instant as SQL, or the one right after the latest on record where a clock that was
    fast has been set back: what is written last stays the last.
    Arguments: instant, an SQL timestamp; latest, the latest on record, an SQL timestamp
    that is null where there is none.
-#}
{%- macro after_latest(instant, latest) -%}
    greatest({{ instant }}, {{ latest }} + interval '1' microsecond)
{%- endmacro -%}
