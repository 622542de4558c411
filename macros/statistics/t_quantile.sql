{#-
    The 97.5th percentile of Student's t distribution, for at least 4 degrees of
    freedom, whole or not: G. W. Hill 1970, Algorithm 396: Student's t-quantiles,
    Communications of the ACM 13, 619-620, of which only the branch for the tail is
    needed there. The names are Hill's. Off by less than one part in a million. A
    double.
    Arguments: degrees, an SQL double.
-#}
{%- macro t_quantile(degrees) -%}
    {%- set x = 'cast(-1.959963984540054 as double)' -%}
    {%- set a = '(1 / (' ~ degrees ~ ' - 0.5))' -%}
    {%- set b = '(48 / (' ~ a ~ ' * ' ~ a ~ '))' -%}
    {%- set c = '(((20700 * ' ~ a ~ ' / ' ~ b ~ ' - 98) * ' ~ a ~ ' - 16) * ' ~ a
        ~ ' + 96.36)' -%}
    {%- set d = '(((94.5 / (' ~ b ~ ' + ' ~ c ~ ') - 3) / ' ~ b ~ ' + 1) * sqrt(' ~ a
        ~ ' * pi() / 2) * ' ~ degrees ~ ')' -%}
    {%- set c = '(' ~ c ~ ' + case when ' ~ degrees ~ ' < 5 then 0.3 * (' ~ degrees
        ~ ' - 4.5) * (' ~ x ~ ' + 0.6) else 0 end)' -%}
    {%- set c = '((((0.05 * ' ~ d ~ ' * ' ~ x ~ ' - 5) * ' ~ x ~ ' - 7) * ' ~ x
        ~ ' - 2) * ' ~ x ~ ' + ' ~ b ~ ' + ' ~ c ~ ')' -%}
    {%- set y = '(' ~ x ~ ' * ' ~ x ~ ')' -%}
    {%- set y = '(((((0.4 * ' ~ y ~ ' + 6.3) * ' ~ y ~ ' + 36) * ' ~ y ~ ' + 94.5) / '
        ~ c ~ ' - ' ~ y ~ ' - 3) / ' ~ b ~ ' + 1) * ' ~ x -%}
    sqrt({{ degrees }} * (exp({{ a }} * power({{ y }}, 2)) - 1))
{%- endmacro -%}
