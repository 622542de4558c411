{#-
    Number of whole steps of some minutes from 1970-01-01 00:00 to an instant, an integer.
    Arguments: instant, an SQL timestamp; minutes, the length of a step; shift, minutes
    from 00:00 to the beginning of the first step.
-#}
{%- macro steps_since_epoch(instant, minutes, shift) -%}
    {{ return(adapter.dispatch('steps_since_epoch')(instant, minutes, shift)) }}
{%- endmacro -%}

{%- macro duckdb__steps_since_epoch(instant, minutes, shift) -%}
    cast(
        (epoch_us({{ instant }}) - {{ shift * 60000000 }}) // {{ minutes * 60000000 }}
        as integer
    )
{%- endmacro -%}

{%- macro spark__steps_since_epoch(instant, minutes, shift) -%}
    cast(
        (unix_micros({{ instant }}) - {{ shift * 60000000 }})
        div {{ minutes * 60000000 }}
        as integer
    )
{%- endmacro -%}


{#-
    The instant at which a step of steps_since_epoch begins.
    Arguments: step, an SQL integer; minutes and shift as there.
-#}
{%- macro start_of_step(step, minutes, shift) -%}
    {{ return(adapter.dispatch('start_of_step')(step, minutes, shift)) }}
{%- endmacro -%}

{%- macro duckdb__start_of_step(step, minutes, shift) -%}
    make_timestamp(
        cast({{ step }} as bigint) * {{ minutes * 60000000 }} + {{ shift * 60000000 }}
    )
{%- endmacro -%}

{%- macro spark__start_of_step(step, minutes, shift) -%}
    timestamp_micros(
        cast({{ step }} as bigint) * {{ minutes * 60000000 }} + {{ shift * 60000000 }}
    )
{%- endmacro -%}
