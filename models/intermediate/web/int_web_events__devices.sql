select distinct
    device_type,
    os,
    browser,
    {{ hash_of(['device_type', 'os', 'browser']) }} as device_hash
from {{ ref('int_web_events__unioned') }}
