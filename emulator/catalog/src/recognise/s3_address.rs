//! Where S3 requests carry the bucket: in the path or in the host.

use std::borrow::Cow;

use super::Head;

/// The path of an S3 request in path style.
///
/// Hosts such as `BUCKET.s3.us-east-1.amazonaws.com` carry the bucket, and so do names under our own
/// host. Source: Amazon S3 User Guide, "Virtual hosting of buckets"; wire-facts, section 2c.
pub(super) fn path_style<'a>(head: &Head<'a>) -> Cow<'a, str> {
    let path = match bucket_of_host(head) {
        Some(bucket) => Cow::Owned(format!("/{bucket}{}", head.path)),
        None => Cow::Borrowed(head.path),
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
