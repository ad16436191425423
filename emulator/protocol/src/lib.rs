//! The six wire protocols of AWS: request to call, result or error to response.
