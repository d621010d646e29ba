//! Bitrix24 seen from outside: portal and entity addresses, types, limits, errors; REST behind the feature client
