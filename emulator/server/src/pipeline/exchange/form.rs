//! The way of a form that a browser posts to a bucket: it becomes a PutObject of who signed its policy.

use rolecall_backends::Body;
use rolecall_catalog::{ProtocolName, recognise};
use rolecall_protocol::ServiceError;
use rolecall_sigv4::{Claim, read_form, verify_form};

use super::{Exchange, Pending};
use crate::{
    listener::RequestBody,
    pipeline::{
        WireReply,
        authenticate::{Identified, identify, rules},
        authentication_error::{Family, service_error},
        form::{After, Form, Target, boundary, check, missing},
        head::Head,
    },
};

impl Exchange<'_> {
    /// The boundary of a form that is posted to S3: nothing else here takes such a body.
    pub(super) fn form_boundary(&self) -> Option<&str> {
        let is_post = self.head.method == "POST" && self.head.header("authorization").is_none();
        let content_type = self.head.header("content-type").filter(|_| is_post)?;
        boundary(content_type)
    }

    /// Stores the file of a form.
    pub(super) async fn upload_form(
        &mut self,
        body: RequestBody,
    ) -> Result<WireReply, ServiceError> {
        self.protocol = ProtocolName::RestXml;
        let bucket = self.bucket().clone();
        // Whatever the form says of the object, this is S3's: its errors are in S3's words.
        let known = self.recognise_put(&format!("/{bucket}/key"))?;
        self.service = Some(known.service);
        let body = self.read(Pending::Unread(body)).await?;
        let form = Form::read(&body, self.form_boundary().unwrap_or_default())?;
        let target = Target::of(&form, &bucket)?;
        let origin = format!("http://{}", self.head.host.unwrap_or_default());
        let after = After::of(&form, &bucket, &target, &origin);
        let mut headers: Vec<(&str, &[u8])> = Vec::new();
        let kept = ["user-agent", "referer"];
        headers.extend(
            self.head
                .headers
                .iter()
                .filter(|(name, _)| kept.contains(name)),
        );
        let own = target.headers.iter();
        headers.extend(own.map(|(name, value)| (name.as_str(), value.as_slice())));
        let head = Head {
            method: "PUT",
            path: &target.path,
            query: "",
            host: None,
            headers,
        };
        let upload = Exchange {
            state: self.state,
            head,
            request_id: self.request_id.clone(),
            now_millis: self.now_millis,
            protocol: self.protocol,
            service: self.service.clone(),
            operation: Some(known.operation),
        };
        Ok(after.turn(upload.put(&form, &bucket).await?))
    }

    fn bucket(&self) -> String {
        let (method, path, host) = (self.head.method, self.head.path, self.head.host);
        let path = recognise::path_style(&recognise::Head {
            method,
            path,
            host,
            ..recognise::Head::default()
        });
        path.trim_matches('/').to_owned()
    }

    pub(super) fn recognise_put(&self, path: &str) -> Result<recognise::Recognised, ServiceError> {
        let head = recognise::Head {
            method: "PUT",
            path,
            scope_service: Some("s3"),
            ..recognise::Head::default()
        };
        let recognised = self.state.catalog.recognise(&head);
        recognised.map_err(|unrecognised| super::not_recognised(&unrecognised))
    }

    /// Decides and stores what a form wants, as who signed it.
    async fn put(&self, form: &Form, bucket: &str) -> Result<WireReply, ServiceError> {
        let recognised = self.recognise_put(self.head.path)?;
        let claim = signer(form)?;
        let service = &recognised.service;
        let refuse = |error| service_error(&error, Family::S3);
        let names: Vec<&str> = service.signing_names.iter().map(String::as_str).collect();
        let rules = rules(service, &names, recognised.protocol);
        let operation = recognised.operation();
        let (state, now) = (self.state, self.now_millis);
        let identified = identify(state, &claim, service, operation, &rules, now);
        let Identified {
            resolved,
            is_signed,
        } = identified.map_err(refuse)?;
        if let (Claim::Signed(claim), Some(policy)) = (&claim, form.field("policy")) {
            if is_signed {
                verify_form(claim, policy, &resolved.secret, &state.signing_keys)
                    .map_err(refuse)?;
            }
            check(form, policy, bucket, now / 1000)?;
        }
        let body = Body::Bytes(form.file.clone());
        let call = std::sync::Arc::new(self.parse(&claim, &recognised, &resolved, &body)?);
        let common = self.common_context(&claim, &call, &resolved);
        self.decide_and_answer(call, common, resolved, body).await
    }
}

/// Who signed the policy. Without one the form is from nobody: only a bucket policy may let it in.
fn signer(form: &Form) -> Result<Claim, ServiceError> {
    let field = |name: &str| form.field(name);
    if field("policy").is_none_or(str::is_empty) {
        return Ok(Claim::Anonymous);
    }
    // As each signature's fields are called in AWS's answers (observed: localstack/localstack).
    let newer = [
        "X-Amz-Signature",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
    ];
    let older = ["Signature", "AWSAccessKeyId"];
    let there = |name: &&str| field(&name.to_ascii_lowercase()).is_some();
    let fields = [&newer[..], &older[..]];
    let Some(fields) = fields.into_iter().find(|fields| fields.iter().any(&there)) else {
        return Err(ServiceError::new("AccessDenied", "Access Denied").with_status(403));
    };
    if let Some(absent) = fields.iter().find(|name| !there(name)) {
        return Err(missing(absent));
    }
    let claim = read_form(field).map_err(|error| service_error(&error, Family::S3))?;
    Ok(claim.map_or(Claim::Anonymous, Claim::Signed))
}
