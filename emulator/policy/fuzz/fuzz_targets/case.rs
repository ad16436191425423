#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rolecall_policy_fuzz::case(bytes));
