//! Keys, sealed values and keyed hashes: what keeps personal data unreadable outside a request.
