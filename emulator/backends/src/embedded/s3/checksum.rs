//! The checksums that S3 keeps with objects.
//!
//! Source: user guide, "Checking object integrity".

use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    /// All of them, with their names and the members that carry them.
    pub(super) const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Crc32, "CRC32", "ChecksumCRC32"),
        (Self::Crc32c, "CRC32C", "ChecksumCRC32C"),
        (Self::Crc64Nvme, "CRC64NVME", "ChecksumCRC64NVME"),
        (Self::Sha1, "SHA1", "ChecksumSHA1"),
        (Self::Sha256, "SHA256", "ChecksumSHA256"),
    ];

    /// `CRC32` and so on.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, n, _)| n.eq_ignore_ascii_case(name))
            .map(|(one, _, _)| *one)
    }

    /// `CRC32` and so on.
    pub(super) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _, _)| *one == self)
            .map_or("", |(_, name, _)| name)
    }

    /// `ChecksumCRC32` and so on.
    pub(super) fn member(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _, _)| *one == self)
            .map_or("", |(_, _, member)| member)
    }
}

/// A checksum as it stands with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checksum {
    pub(super) algorithm: Algorithm,
    /// Base64; of a composite one with the number of parts behind a hyphen.
    pub(super) value: String,
    /// `FULL_OBJECT` or `COMPOSITE`.
    pub(super) kind: &'static str,
}

impl Checksum {
    /// The checksum over a whole object.
    pub(super) fn full(algorithm: Algorithm, raw: &[u8]) -> Self {
        Self {
            algorithm,
            value: BASE64_STANDARD.encode(raw),
            kind: "FULL_OBJECT",
        }
    }

    /// The checksum over the checksums of the parts.
    pub(super) fn composite(algorithm: Algorithm, parts: &[Vec<u8>]) -> Self {
        let mut running = Running::new(algorithm);
        for part in parts {
            running.update(part);
        }
        let value = format!(
            "{}-{}",
            BASE64_STANDARD.encode(running.finish()),
            parts.len()
        );
        Self {
            algorithm,
            value,
            kind: "COMPOSITE",
        }
    }
}

/// A checksum that is being computed.
#[derive(Clone, Debug)]
pub(super) enum Running {
    Crc32(crc32fast::Hasher),
    Crc32c(u64),
    Crc64Nvme(u64),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Running {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Crc32 => Self::Crc32(crc32fast::Hasher::new()),
            Algorithm::Crc32c => Self::Crc32c(u64::from(u32::MAX)),
            Algorithm::Crc64Nvme => Self::Crc64Nvme(u64::MAX),
            Algorithm::Sha1 => Self::Sha1(Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32(hasher) => hasher.update(bytes),
            Self::Crc32c(crc) => *crc = step(&CRC32C, *crc, bytes),
            Self::Crc64Nvme(crc) => *crc = step(&CRC64_NVME, *crc, bytes),
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// The checksum, most significant byte first.
    pub(super) fn finish(self) -> Vec<u8> {
        match self {
            Self::Crc32(hasher) => hasher.finalize().to_be_bytes().to_vec(),
            Self::Crc32c(crc) => {
                let low = u32::try_from(!crc & u64::from(u32::MAX)).unwrap_or_default();
                low.to_be_bytes().to_vec()
            }
            Self::Crc64Nvme(crc) => (!crc).to_be_bytes().to_vec(),
            Self::Sha1(hasher) => hasher.finalize().to_vec(),
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
        }
    }
}

/// The reflected polynomials. Source: the CRC catalogue's CRC-32/ISCSI and CRC-64/NVME.
const CRC32C: [u64; 256] = table(0x82f6_3b78);
const CRC64_NVME: [u64; 256] = table(0x9a6c_9329_ac4b_c9b5);

#[expect(clippy::indexing_slicing, reason = "evaluated when it is compiled")]
const fn table(polynomial: u64) -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u64;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                value >> 1 ^ polynomial
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

fn step(table: &[u64; 256], crc: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(crc, |crc, byte| {
        let index = usize::from(crc.to_le_bytes().first().copied().unwrap_or(0) ^ byte);
        table.get(index).copied().unwrap_or(0) ^ (crc >> 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the CRC catalogue, and FIPS 180-4 digests, for `123456789`.
    #[test]
    fn checksums_of_the_check_text() {
        let cases = [
            (Algorithm::Crc32, "cbf43926"),
            (Algorithm::Crc32c, "e3069283"),
            (Algorithm::Crc64Nvme, "ae8b14860a799888"),
            (Algorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            (
                Algorithm::Sha256,
                "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
            ),
        ];
        for (algorithm, expected) in cases {
            let mut running = Running::new(algorithm);
            running.update(b"1234");
            running.update(b"56789");
            assert_eq!(hex::encode(running.finish()), expected, "{algorithm:?}");
        }
    }
}
