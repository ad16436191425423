//! Root elements and namespaces of answers.

use rolecall_catalog::{Operation, Service};

const S3: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The namespace of a service's answers.
///
/// botocore names none for S3 and Route 53; what Route 53 asks for in requests it also answers.
pub(crate) fn of_service(service: &Service) -> Option<&str> {
    if service.name == "s3" {
        return Some(S3);
    }
    service.xml_namespace.as_deref().or_else(|| {
        service
            .operations
            .iter()
            .find_map(|o| o.input_namespace.as_deref())
    })
}

/// The root element of an answer without payload member: the output's name, but for S3.
///
/// Source: S3 API reference, response syntax of each operation; the Rust SDK refuses other roots.
pub(crate) fn root<'a>(service: &'a Service, operation: &'a Operation) -> &'a str {
    let output = operation
        .output
        .map_or("", |id| service.shape(id).name.as_str());
    if service.name != "s3" {
        return output;
    }
    match operation.name.as_str() {
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "CreateSession" => "CreateSessionResult",
        "DeleteObjects" => "DeleteResult",
        "GetBucketAccelerateConfiguration" => "AccelerateConfiguration",
        "GetBucketAcl" | "GetObjectAcl" => "AccessControlPolicy",
        "GetBucketCors" => "CORSConfiguration",
        "GetBucketLifecycle" | "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetBucketNotification" | "GetBucketNotificationConfiguration" => {
            "NotificationConfiguration"
        }
        "GetBucketRequestPayment" => "RequestPaymentConfiguration",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketWebsite" => "WebsiteConfiguration",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        "ListBucketAnalyticsConfigurations" => "ListBucketAnalyticsConfigurationResult",
        "ListBucketInventoryConfigurations" => "ListInventoryConfigurationsResult",
        "ListBucketMetricsConfigurations" => "ListMetricsConfigurationsResult",
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListDirectoryBuckets" => "ListAllMyDirectoryBucketsResult",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "ListObjectVersions" => "ListVersionsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListParts" => "ListPartsResult",
        _ => output,
    }
}
