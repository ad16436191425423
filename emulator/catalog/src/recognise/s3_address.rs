//! Where S3 requests carry the bucket: in the path or in the host.

use std::borrow::Cow;

use super::Head;
use crate::partition_of;

/// The path of an S3 request in path style.
///
/// Hosts such as `BUCKET.s3.us-east-1.amazonaws.com` carry the bucket, and so do names under our own
/// host. Source: Amazon S3 User Guide, "Virtual hosting of buckets"; wire-facts, section 2c.
pub(super) fn path_style<'a>(head: &Head<'a>) -> Cow<'a, str> {
    let point = head.host_name().and_then(access_point);
    let path = match (point, bucket_of_host(head)) {
        // One part of the path, as the bucket that it stands for.
        (Some(arn), _) => Cow::Owned(format!("/{}{}", arn.replace('/', "%2F"), head.path)),
        (None, Some(bucket)) => Cow::Owned(format!("/{bucket}{}", head.path)),
        (None, None) => Cow::Borrowed(head.path),
    };
    match plain(&path) {
        Some(plain) => Cow::Owned(plain),
        None => path,
    }
}

/// The same without what some clients put between bucket and key.
///
/// The JavaScript SDK doubles the slash after a directory bucket in path style; some clients end a
/// bucket's path with a slash. Source: wire-facts, section 2a. Elsewhere a second slash belongs to
/// the key.
fn plain(path: &str) -> Option<String> {
    let rest = path.strip_prefix('/')?;
    let (bucket, key) = rest.split_once('/')?;
    let key = match key.strip_prefix('/') {
        Some(key) if bucket.ends_with("--x-s3") => key,
        _ if key.is_empty() => key,
        _ => return None,
    };
    Some(if key.is_empty() {
        format!("/{bucket}")
    } else {
        format!("/{bucket}/{key}")
    })
}

/// The bucket (or access point) in the host.
pub(super) fn bucket_of_host<'a>(head: &Head<'a>) -> Option<&'a str> {
    // The one operation whose host prefix is no bucket (model of s3: `{RequestRoute}.`).
    if head.path == "/WriteGetObjectResponse" && head.method == "POST" {
        return None;
    }
    let host = head.host_name()?;
    before_own_host(head)
        .or_else(|| before_s3(host))
        .filter(|bucket| !bucket.is_empty())
}

/// What stands before our own host, such as `mybucket` in `mybucket.localhost`.
pub(super) fn before_own_host<'a>(head: &Head<'a>) -> Option<&'a str> {
    let host = head.host_name()?;
    let own = head.own_host.unwrap_or("localhost");
    host.strip_suffix(own)?.strip_suffix('.')
}

/// `mybucket` in `mybucket.s3.us-east-1.amazonaws.com`, with any of S3's endpoints.
fn before_s3(host: &str) -> Option<&str> {
    let (rest, _) = host.split_once(".amazonaws.com")?;
    let mut start = 0;
    for part in rest.split('.') {
        if part == "s3" || part.starts_with("s3-") || part.starts_with("s3express-") {
            return rest.get(..start)?.strip_suffix('.');
        }
        start += part.len() + 1;
    }
    None
}

/// The ARN of the access point that a host names: what the client gave as the bucket.
///
/// Source: botocore 1.44.5, the endpoint rules of S3, such as
/// `{name}-{account}.s3-accesspoint.{region}` and `{name}-{account}.{outpost}.s3-outposts.{region}`.
/// The host of a multi-region access point (`{alias}.mrap.accesspoint.s3-global`) has no account, and so has
/// its ARN here.
fn access_point(host: &str) -> Option<String> {
    let (rest, _) = host.split_once(".amazonaws.com")?;
    if let Some(alias) = rest.strip_suffix(".accesspoint.s3-global") {
        return Some(format!("arn:aws:s3:::accesspoint/{alias}"));
    }
    let parts: Vec<&str> = rest.split('.').collect();
    let (service, outpost) = match parts.get(1..parts.len().saturating_sub(1))? {
        ["s3-accesspoint" | "s3-accesspoint-fips"]
        | ["s3-accesspoint" | "s3-accesspoint-fips", "dualstack"] => ("s3", None),
        ["s3-object-lambda" | "s3-object-lambda-fips"] => ("s3-object-lambda", None),
        [outpost, "s3-outposts"] => ("s3-outposts", Some(outpost)),
        _ => return None,
    };
    let (name, account) = parts.first()?.rsplit_once('-')?;
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let region = parts.last()?;
    let partition = partition_of(region);
    let within = outpost.map_or_else(String::new, |outpost| format!("outpost/{outpost}/"));
    Some(format!(
        "arn:{partition}:{service}:{region}:{account}:{within}accesspoint/{name}"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Head, path_style};

    fn path(host: &str, path: &str) -> String {
        path_style(&Head {
            host: Some(host),
            path,
            ..Head::default()
        })
        .into_owned()
    }

    #[test]
    fn a_bucket_in_the_host_comes_first() {
        let cases = [
            ("mybucket.s3.amazonaws.com", "/k", "/mybucket/k"),
            ("mybucket.s3.us-east-1.amazonaws.com", "/", "/mybucket"),
            (
                "my.bucket.s3-eu-west-1.amazonaws.com:80",
                "/k/",
                "/my.bucket/k/",
            ),
            ("b.s3.dualstack.us-east-1.amazonaws.com", "/k", "/b/k"),
            ("b.s3-accelerate.amazonaws.com", "/k", "/b/k"),
            (
                "b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
                "/k",
                "/b--use1-az4--x-s3/k",
            ),
            ("s3.us-east-1.amazonaws.com", "/mybucket/k", "/mybucket/k"),
            ("mybucket.localhost:4566", "/k", "/mybucket/k"),
            ("localhost:4566", "/mybucket/k", "/mybucket/k"),
            ("127.0.0.1:4566", "/mybucket/k", "/mybucket/k"),
        ];
        for (host, raw, expected) in cases {
            assert_eq!(path(host, raw), expected, "{host} {raw}");
        }
    }

    #[test]
    fn an_access_point_in_the_host_is_its_arn() {
        let cases = [
            (
                "my-point-123456789012.s3-accesspoint.us-east-1.amazonaws.com",
                "/arn:aws:s3:us-east-1:123456789012:accesspoint%2Fmy-point/k",
            ),
            (
                "p-123456789012.s3-accesspoint-fips.dualstack.us-gov-west-1.amazonaws.com",
                "/arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint%2Fp/k",
            ),
            (
                "p-123456789012.s3-accesspoint.cn-north-1.amazonaws.com.cn",
                "/arn:aws-cn:s3:cn-north-1:123456789012:accesspoint%2Fp/k",
            ),
            (
                "p-123456789012.s3-object-lambda.us-east-1.amazonaws.com",
                "/arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint%2Fp/k",
            ),
            (
                "p-123456789012.op-1.s3-outposts.us-east-1.amazonaws.com",
                "/arn:aws:s3-outposts:us-east-1:123456789012:outpost%2Fop-1%2Faccesspoint%2Fp/k",
            ),
            (
                "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
                "/arn:aws:s3:::accesspoint%2Fmfzwi23gnjvgw.mrap/k",
            ),
            // A bucket.
            (
                "p-123456789012.s3.us-east-1.amazonaws.com",
                "/p-123456789012/k",
            ),
        ];
        for (host, expected) in cases {
            assert_eq!(path(host, "/k"), expected, "{host}");
        }
    }

    #[test]
    fn slashes_belong_to_the_key_but_for_directory_buckets() {
        let cases = [
            ("/mybucket//k", "/mybucket//k"),
            ("/mybucket/", "/mybucket"),
            ("/mybucket/folder/", "/mybucket/folder/"),
            ("/b--use1-az4--x-s3//", "/b--use1-az4--x-s3"),
            ("/b--use1-az4--x-s3//k", "/b--use1-az4--x-s3/k"),
        ];
        for (raw, expected) in cases {
            assert_eq!(path("127.0.0.1", raw), expected, "{raw}");
        }
    }
}
