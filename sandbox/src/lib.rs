//! A stand-in for Genesys Cloud with a fast clock and fault switches; shares no type with the client.
