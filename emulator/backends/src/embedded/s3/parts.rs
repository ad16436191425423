//! The parts of multipart uploads: UploadPart, UploadPartCopy, ListParts, ListMultipartUploads.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    checksum::Checksum,
    content::{Content, Received},
    errors,
    multipart::{Part, Upload},
    range::{self, Parsed},
    service::S3,
    writing::{check_digests, part_answer, wanted_algorithm},
};
use crate::{
    backend::Body,
    embedded::request::{Outcome, Request, output, timestamp},
};

impl S3 {
    pub(super) async fn upload_part(&self, request: &Request<'_>, body: Body) -> Outcome {
        let algorithm = self.with_upload(request, |upload| Ok(upload.algorithm));
        // The body is read in any case, so that the connection can be used again.
        let algorithm = wanted_algorithm(request).or_else(|| algorithm.ok().flatten());
        let received = Content::receive(body, algorithm, &self.memory).await?;
        let number = part_number(request)?;
        check_digests(request, &received)?;
        let (etag, checksum) = self.keep_part(request, number, received)?;
        Ok(part_answer(&etag, checksum.as_ref()))
    }

    pub(super) fn copy_part(&self, request: &Request<'_>) -> Outcome {
        let number = part_number(request)?;
        let (source, from) = self.source(request)?;
        let content = match request.text("CopySourceRange") {
            None => source.content,
            Some(text) => match range::parse(text, source.content.length()) {
                Parsed::Satisfiable(bytes) => source.content.slice(&bytes),
                _ => return Err(errors::invalid_range(text, source.content.length())),
            },
        };
        let algorithm = self.with_upload(request, |upload| Ok(upload.algorithm))?;
        let (etag, checksum) = self.keep_part(request, number, content.digest(algorithm))?;
        let mut result = output(json!({
            "ETag": format!("\"{etag}\""),
            "LastModified": timestamp(self.host.now_millis()),
        }));
        if let Some(checksum) = checksum {
            result.insert(
                checksum.algorithm.member().to_owned(),
                checksum.value.into(),
            );
        }
        Ok(output(json!({
            "CopyPartResult": result,
            "CopySourceVersionId": from,
            "ServerSideEncryption": "AES256",
        })))
    }

    fn keep_part(
        &self,
        request: &Request<'_>,
        number: u64,
        received: Received,
    ) -> Result<(String, Option<Checksum>), ServiceError> {
        let checksum = received
            .checksum
            .as_ref()
            .map(|(algorithm, raw)| Checksum::full(*algorithm, raw));
        let part = Part {
            received,
            arrived: self.host.now_millis(),
        };
        let etag = part.etag();
        self.with_upload(request, |upload| {
            upload.parts.insert(number, part);
            Ok((etag, checksum))
        })
    }

    pub(super) fn list_parts(&self, request: &Request<'_>) -> Outcome {
        let marker = request
            .text("PartNumberMarker")
            .and_then(|text| text.parse().ok());
        let marker: u64 = marker.unwrap_or(0);
        let size = request.count("MaxParts", 1000).min(1000);
        self.with_upload(request, |upload| {
            let rest = upload.parts.range(marker + 1..);
            let mut parts: Vec<(&u64, &Part)> = rest.take(size + 1).collect();
            let more = parts.len() > size;
            parts.truncate(size);
            let next = parts
                .last()
                .filter(|_| more)
                .map(|(number, _)| number.to_string());
            let listed: Vec<Value> = parts
                .iter()
                .map(|(number, part)| listed_part(**number, part))
                .collect();
            Ok(output(json!({
                "Bucket": request.text("Bucket"),
                "Key": upload.key,
                "UploadId": request.text("UploadId"),
                "PartNumberMarker": marker.to_string(),
                "NextPartNumberMarker": next,
                "MaxParts": size,
                "IsTruncated": more,
                "Parts": listed,
                "StorageClass": "STANDARD",
            })))
        })
    }

    pub(super) fn list_uploads(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("Prefix").unwrap_or_default();
        self.with_bucket(request, |bucket| {
            let owner = json!({ "ID": bucket.owner_id() });
            let mut uploads: Vec<(&String, &Upload)> = bucket
                .uploads
                .iter()
                .filter(|(_, upload)| upload.key.starts_with(prefix))
                .collect();
            uploads.sort_by(|(_, a), (_, b)| a.key.cmp(&b.key));
            let listed: Vec<Value> = uploads
                .iter()
                .map(|(id, upload)| {
                    json!({
                        "UploadId": id,
                        "Key": upload.key,
                        "Initiated": timestamp(upload.described.modified),
                        "StorageClass": "STANDARD",
                        "Owner": owner,
                    })
                })
                .collect();
            Ok(output(json!({
                "Bucket": bucket.name,
                "Prefix": prefix,
                "MaxUploads": 1000,
                "IsTruncated": false,
                "Uploads": listed,
            })))
        })
    }
}

fn listed_part(number: u64, part: &Part) -> Value {
    let mut listed: Map<String, Value> = output(json!({
        "PartNumber": number,
        "LastModified": timestamp(part.arrived),
        "ETag": format!("\"{}\"", part.etag()),
        "Size": part.received.content.length(),
    }));
    if let Some((algorithm, raw)) = &part.received.checksum {
        let checksum = Checksum::full(*algorithm, raw);
        listed.insert(algorithm.member().to_owned(), checksum.value.into());
    }
    listed.into()
}

/// Source: user guide, multipart upload limits: 1 to 10,000.
fn part_number(request: &Request<'_>) -> Result<u64, ServiceError> {
    let number = request.integer("PartNumber").unwrap_or_default();
    u64::try_from(number)
        .ok()
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            errors::invalid_argument(message, "partNumber", &number.to_string())
        })
}
