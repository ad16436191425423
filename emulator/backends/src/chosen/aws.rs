//! Which hosts are AWS itself.

/// The suffixes of AWS's endpoints in all partitions.
///
/// Source: botocore 1.44.5, `partitions.json`: `dnsSuffix` and `dualStackDnsSuffix` of every
/// partition; `on.aws` carries function URLs ("Lambda function URLs", Lambda developer guide).
const SUFFIXES: [&str; 15] = [
    "amazonaws.com",
    "api.aws",
    "on.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

/// Whether a host name is one of AWS's.
pub(super) fn is_real(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    SUFFIXES.iter().any(|suffix| {
        host.strip_suffix(suffix)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_real;

    #[test]
    fn the_endpoints_of_every_partition_are_real() {
        for host in [
            "s3.amazonaws.com",
            "sqs.us-east-1.amazonaws.com",
            "SQS.US-EAST-1.AMAZONAWS.COM.",
            "ec2.us-east-1.api.aws",
            "s3.cn-north-1.amazonaws.com.cn",
            "sqs.eusc-de-east-1.amazonaws.eu",
        ] {
            assert!(is_real(host), "{host}");
        }
        for host in [
            "127.0.0.1",
            "localhost",
            "notamazonaws.com",
            "amazonaws.com.example",
        ] {
            assert!(!is_real(host), "{host}");
        }
    }
}
