//! The command `rolecall` with the clients that people use, unchanged, and with bad input.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod aws_cli;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod boto3;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod canned;
#[cfg(test)]
mod capture;
#[cfg(test)]
mod cbor;
#[cfg(test)]
mod containers;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod expired_session;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod in_trouble;
#[cfg(test)]
mod javascript;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod missing;
#[cfg(test)]
mod moto;
#[cfg(test)]
mod partly;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod proxied;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod rust_sdk;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sent;
#[cfg(test)]
mod sent_by_rust;
#[cfg(test)]
mod server;
#[cfg(test)]
mod services;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod signed;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod synthesised;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod upstreams;
#[cfg(test)]
mod values;
