//! Tables and their rules: status machines, ids, queries.
