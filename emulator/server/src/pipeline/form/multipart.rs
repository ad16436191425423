//! `multipart/form-data`.

use bytes::Bytes;
use rolecall_protocol::ServiceError;

/// Source: S3 API reference, "POST Object": the fields before the file have up to 20 KB.
const MOST_BEFORE_FILE: usize = 20 * 1024;

/// The fields before the file, and the file.
#[derive(Debug)]
pub(in crate::pipeline) struct Form {
    /// Names in lower case.
    fields: Vec<(String, String)>,
    /// The bytes of the file.
    pub(in crate::pipeline) file: Bytes,
}

/// The boundary that a content type names; none if it is of another kind.
pub(in crate::pipeline) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value)
    });
    Some(named.unwrap_or_default().trim_matches('"'))
}

impl Form {
    /// Reads a body. What stands behind the file is ignored, as S3 does.
    pub(in crate::pipeline) fn read(body: &Bytes, boundary: &str) -> Result<Self, ServiceError> {
        let delimiter = format!("\r\n--{boundary}");
        let opening = delimiter.trim_start().as_bytes();
        if boundary.is_empty() || !body.starts_with(opening) {
            return Err(malformed());
        }
        let mut at = opening.len();
        let mut fields: Vec<(String, String)> = Vec::new();
        loop {
            let rest = body.get(at..).unwrap_or_default();
            if rest.starts_with(b"--") {
                return Err(no_file());
            }
            let head = find(rest, b"\r\n\r\n").ok_or_else(malformed)?;
            let part = Part::read(rest.get(..head).unwrap_or_default()).ok_or_else(malformed)?;
            let start = at + head + 4;
            let content = body.get(start..).unwrap_or_default();
            let length = find(content, delimiter.as_bytes()).ok_or_else(malformed)?;
            if part.name == "file" {
                let file = body.slice(start..start + length);
                let filename = part.filename.unwrap_or_default();
                for (_, value) in &mut fields {
                    *value = value.replace("${filename}", &filename);
                }
                return Ok(Self { fields, file });
            }
            if start + length > MOST_BEFORE_FILE {
                return Err(too_much_before());
            }
            let value = content.get(..length).unwrap_or_default();
            fields.push((part.name, String::from_utf8_lossy(value).into_owned()));
            at = start + length + delimiter.len();
        }
    }

    /// The value of a field, by its name in lower case.
    pub(in crate::pipeline) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields();
        fields.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// All fields, names in lower case.
    pub(in crate::pipeline) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What the head of a part says.
struct Part {
    name: String,
    filename: Option<String>,
}

impl Part {
    fn read(head: &[u8]) -> Option<Self> {
        let head = std::str::from_utf8(head).ok()?;
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case("content-disposition")
                .then_some(value)
        })?;
        let name = parameter(disposition, "name")?.to_ascii_lowercase();
        // Some browsers send the whole path.
        let filename = parameter(disposition, "filename");
        let filename =
            filename.map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned());
        Some(Self { name, filename })
    }
}

/// A parameter of a content disposition, quoted or not.
fn parameter<'d>(disposition: &'d str, name: &str) -> Option<&'d str> {
    let mut rest = disposition;
    while let Some((_, after)) = rest.split_once(';') {
        let (known, value) = after.trim_start().split_once('=')?;
        let (value, left) = if let Some(quoted) = value.strip_prefix('"') {
            quoted.split_once('"')?
        } else {
            let end = value.find(';').unwrap_or(value.len());
            value.split_at(end)
        };
        if known.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = left;
    }
    None
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.iter().position(|&byte| byte == first)?;
        if text.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn malformed() -> ServiceError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    ServiceError::new("MalformedPOSTRequest", message).with_status(400)
}

fn no_file() -> ServiceError {
    let message = "POST requires exactly one file upload per request.";
    ServiceError::new("IncorrectNumberOfFilesInPostRequest", message).with_status(400)
}

fn too_much_before() -> ServiceError {
    let message = "Your POST request fields preceding the upload file were too large.";
    ServiceError::new("MaxPostPreDataLengthExceededError", message).with_status(400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Form, String> {
        let body = Bytes::from(body.replace('\n', "\r\n"));
        Form::read(&body, "b").map_err(|error| error.code)
    }

    #[test]
    fn fields_come_before_the_file_and_what_is_behind_it_is_ignored() {
        let form = read(
            "--b\nContent-Disposition: form-data; name=\"Key\"\n\nuser/${filename}\n\
             --b\nContent-Disposition: form-data; name=\"empty\"\n\n\n\
             --b\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a b.txt\"\n\
             Content-Type: text/plain\n\nline\n--c\n\n--b\n\
             Content-Disposition: form-data; name=\"late\"\n\nx\n--b--\n",
        )
        .unwrap();
        assert_eq!(form.field("key"), Some("user/a b.txt"));
        assert_eq!(form.field("empty"), Some(""));
        assert_eq!(form.field("late"), None);
        assert_eq!(&form.file[..], b"line\r\n--c\r\n");
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let code = |body: &str| read(body).unwrap_err();
        assert_eq!(code(""), "MalformedPOSTRequest");
        assert_eq!(code("--b\n"), "MalformedPOSTRequest");
        assert_eq!(
            code("--b\nContent-Disposition: form-data\n\nx\n--b--"),
            "MalformedPOSTRequest"
        );
        let one = "--b\nContent-Disposition: form-data; name=\"key\"\n\nk\n--b";
        assert_eq!(code(one), "MalformedPOSTRequest");
        assert_eq!(
            code(&format!("{one}--\n")),
            "IncorrectNumberOfFilesInPostRequest"
        );
        let long = "x".repeat(MOST_BEFORE_FILE);
        let long = format!("--b\nContent-Disposition: form-data; name=\"key\"\n\n{long}\n--b--");
        assert_eq!(code(&long), "MaxPostPreDataLengthExceededError");
    }

    #[test]
    fn the_boundary_is_named_by_the_content_type() {
        assert_eq!(boundary("multipart/form-data; boundary=abc"), Some("abc"));
        assert_eq!(
            boundary("Multipart/Form-Data;charset=x; Boundary=\"a b\""),
            Some("a b")
        );
        assert_eq!(boundary("multipart/form-data"), Some(""));
        assert_eq!(boundary("text/plain; boundary=abc"), None);
    }
}
