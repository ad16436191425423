//! Who answers an allowed call: embedded, synthesised, upstream.
