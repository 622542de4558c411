-- A table: several models read it, and the views behind it hash every contact. Contacts
-- stand in it by their keys only, names not at all; but both are part of version_hash.
{{ config(
    materialized='incremental',
    incremental_strategy='differing',
    on_schema_change='fail',
) }}

with customers as (
    {{ union_systems('customers') }}
)

select
    source_system,
    customer_id,
    email_key,
    phone_key,
    gender,
    occupation,
    marital_status,
    income_band,
    city,
    province,
    country,
    latitude,
    longitude,
    email_consent,
    phone_consent,
    ads_consent,
    {{ hash_of([
        'source_system', 'customer_id', 'full_name', 'email', 'phone', 'email_key',
        'phone_key', 'gender', 'occupation', 'marital_status', 'income_band', 'city',
        'province', 'country', 'latitude', 'longitude', 'email_consent',
        'phone_consent', 'ads_consent', 'birth_date', 'signed_up_on', 'signed_up_at',
        'erased_at',
    ]) }} as version_hash,
    birth_date,
    signed_up_on,
    signed_up_at,
    erased_at
from customers
