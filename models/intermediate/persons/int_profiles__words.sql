with profiles as (
    select * from {{ ref('int_persons__profiles') }}
),

known_words as (
    select
        attribute,
        {{ fold_text('word') }} as word_key,
        min(meaning) as meaning
    from {{ ref('profile_words') }}
    group by attribute, {{ fold_text('word') }}
),

written as (
    {%- for attribute in ['gender', 'marital_status', 'country'] %}
    select '{{ attribute }}' as attribute, {{ attribute }} as word
    from profiles
    where {{ attribute }} is not null
    group by {{ attribute }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

folded as (
    select attribute, word, {{ fold_text('word') }} as word_key from written
)

select
    folded.attribute,
    folded.word,
    case
        when known_words.word_key is not null then known_words.meaning
        when folded.attribute = 'gender' then 'other'
        when folded.attribute = 'marital_status' then lower(trim(folded.word))
        when length(trim(folded.word)) = 2 then upper(trim(folded.word))
        else trim(folded.word)
    end as meaning
from folded
left join known_words
    on
        folded.attribute = known_words.attribute
        and folded.word_key = known_words.word_key
