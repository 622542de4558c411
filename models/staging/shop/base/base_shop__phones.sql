-- Kept from run to run, and hashed: reading numbers by the rules of 240 countries is
-- slow, so it is done once per text.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ find_new_versions(versioned_phones()) }}",
) }}

with new_phones as (
    {{ rows_to_compute(versioned_phones()) }}
),

normalised as (
    select
        phone,
        version_hash,
        {{ to_e164('phone') }} as normalised_phone
    from new_phones
)

select
    md5(phone) as phone_hash,
    {{ contact_key('phone', 'phone', 'normalised_phone') }} as phone_key,
    version_hash
from normalised
