"""The parameters of the requests in requests.json: (service, operation, parameters[, protocol])."""

import datetime

T = datetime.datetime(2026, 11, 23, 8, 0, 0, tzinfo=datetime.timezone.utc)
FRACTION = datetime.datetime(2026, 11, 23, 8, 0, 0, 250000, tzinfo=datetime.timezone.utc)
MIDNIGHT = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc)
ROLE = "arn:aws:iam::123456789012:role/demo"
QUEUE = "http://127.0.0.1:4566/123456789012/orders"
CBOR = "smithy-rpc-v2-cbor"

S3 = [
    ("ListBuckets", {}),
    ("CreateBucket", {"Bucket": "b", "ACL": "private",
        "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
    ("CreateBucket", {"Bucket": "b"}),
    ("GetObject", {"Bucket": "b", "Key": "a b/k+1.txt", "Range": "bytes=0-9",
        "IfModifiedSince": T, "VersionId": "v1", "ResponseContentType": "text/plain",
        "PartNumber": 3, "ChecksumMode": "ENABLED"}),
    ("GetObject", {"Bucket": "b", "Key": "über/100%/ä&b=c?d#e"}),
    ("PutObject", {"Bucket": "b", "Key": "k", "Body": b"\x00\x01binary", "ContentType": "text/x",
        "Metadata": {"owner": "me", "other-name": "a, b"}, "Tagging": "a=b&c=d",
        "StorageClass": "STANDARD_IA", "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "alias/k", "BucketKeyEnabled": True,
        "ObjectLockRetainUntilDate": T, "ObjectLockMode": "GOVERNANCE"}),
    ("HeadObject", {"Bucket": "b", "Key": "k", "ExpectedBucketOwner": "123456789012"}),
    ("CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "src/key%20x?versionId=1",
        "TaggingDirective": "REPLACE", "Tagging": "x=y", "CopySourceIfModifiedSince": T}),
    ("DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [
        {"Key": "a & <b>"}, {"Key": "c", "VersionId": "v"}], "Quiet": True}}),
    ("DeleteObject", {"Bucket": "b", "Key": "k", "BypassGovernanceRetention": False}),
    ("CreateMultipartUpload", {"Bucket": "b", "Key": "dir/k", "ACL": "private",
        "Metadata": {"x": "y"}, "ContentEncoding": "gzip"}),
    ("UploadPart", {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u+/=",
        "Body": b"part"}),
    ("CompleteMultipartUpload", {"Bucket": "b", "Key": "k", "UploadId": "u",
        "MultipartUpload": {"Parts": [{"ETag": "\"e1\"", "PartNumber": 1},
                                      {"ETag": "\"e2\"", "PartNumber": 2}]}}),
    ("AbortMultipartUpload", {"Bucket": "b", "Key": "k", "UploadId": "u"}),
    ("ListObjectsV2", {"Bucket": "b", "Prefix": "a b/", "Delimiter": "/", "MaxKeys": 10,
        "FetchOwner": True, "EncodingType": "url", "OptionalObjectAttributes": ["RestoreStatus"]}),
    ("ListObjectVersions", {"Bucket": "b", "KeyMarker": "k", "MaxKeys": 0}),
    ("PutBucketLifecycleConfiguration", {"Bucket": "b", "LifecycleConfiguration": {"Rules": [
        {"ID": "r1", "Status": "Enabled", "Filter": {"And": {"Prefix": "p/",
            "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}],
            "ObjectSizeGreaterThan": 128}},
         "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
         "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        {"Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Date": MIDNIGHT}}]}}),
    ("PutBucketAcl", {"Bucket": "b", "AccessControlPolicy": {
        "Owner": {"ID": "o", "DisplayName": "me"},
        "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "x"}, "Permission": "READ"},
                   {"Grantee": {"Type": "Group", "URI": "http://acs/u"}, "Permission": "WRITE"}]}}),
    ("PutBucketTagging", {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}),
    ("PutObjectTagging", {"Bucket": "b", "Key": "k", "Tagging": {"TagSet": []}}),
    ("PutBucketPolicy", {"Bucket": "b", "Policy": "{\"Version\":\"2012-10-17\"}"}),
    ("PutBucketCors", {"Bucket": "b", "CORSConfiguration": {"CORSRules": [
        {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3}]}}),
    ("PutBucketNotificationConfiguration", {"Bucket": "b", "NotificationConfiguration": {
        "QueueConfigurations": [{"QueueArn": "arn:aws:sqs:us-east-1:123456789012:q",
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}],
        "EventBridgeConfiguration": {}}}),
    ("PutBucketVersioning", {"Bucket": "b", "VersioningConfiguration": {"Status": "Enabled"}}),
    ("PutBucketEncryption", {"Bucket": "b", "ServerSideEncryptionConfiguration": {"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
         "BucketKeyEnabled": False}]}}),
    ("PutObjectRetention", {"Bucket": "b", "Key": "k",
        "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": T}}),
    ("GetObjectAttributes", {"Bucket": "b", "Key": "k",
        "ObjectAttributes": ["ETag", "ObjectSize"]}),
]

QUERY = [
    ("sts", "GetCallerIdentity", {}),
    ("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "s", "DurationSeconds": 900,
        "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        "Tags": [{"Key": "team", "Value": "a&b=c"}], "TransitiveTagKeys": ["team"],
        "Policy": "{\"Version\": \"2012-10-17\"}"}),
    ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{\"a\": \"ü +%\"}",
        "Tags": [{"Key": "a", "Value": ""}]}),
    ("iam", "ListRoles", {"MaxItems": 12, "PathPrefix": "/x/"}),
    ("iam", "SimulateCustomPolicy", {"PolicyInputList": ["{}"], "ActionNames": ["s3:GetObject"],
        "ContextEntries": [{"ContextKeyName": "aws:username", "ContextKeyValues": ["a", "b"],
                            "ContextKeyType": "string"}]}),
    ("iam", "UpdateAccountPasswordPolicy", {"RequireSymbols": True, "RequireNumbers": False,
        "MinimumPasswordLength": 8}),
    ("iam", "ListPolicies", {"OnlyAttached": False, "Scope": "Local"}),
    ("iam", "TagUser", {"UserName": "u", "Tags": []}),
    ("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "hi\n",
        "MessageAttributes": {
            "n": {"DataType": "Number", "StringValue": "1"},
            "b": {"DataType": "Binary", "BinaryValue": b"\xff\x00"}}}),
    ("sns", "CreateTopic", {"Name": "t.fifo", "Attributes": {"FifoTopic": "true"},
        "Tags": [{"Key": "a", "Value": "b"}]}),
    ("sns", "Subscribe", {"TopicArn": "arn:t", "Protocol": "sqs", "Endpoint": "arn:q",
        "Attributes": {"RawMessageDelivery": "true", "FilterPolicy": "{\"a\":[1]}"},
        "ReturnSubscriptionArn": True}),
    ("cloudformation", "CreateStack", {"StackName": "s", "TemplateBody": "{}",
        "Parameters": [{"ParameterKey": "k", "ParameterValue": "v", "UsePreviousValue": False}],
        "Capabilities": ["CAPABILITY_IAM"], "TimeoutInMinutes": 5,
        "RollbackConfiguration": {"RollbackTriggers": [{"Arn": "a", "Type": "t"}]}}),
    ("autoscaling", "CreateAutoScalingGroup", {"AutoScalingGroupName": "g", "MinSize": 0,
        "MaxSize": 12, "MixedInstancesPolicy": {"LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateName": "t", "Version": "$Latest"},
            "Overrides": [{"InstanceType": "m5.large", "WeightedCapacity": "2"}] * 11}}}),
    ("autoscaling", "PutScheduledUpdateGroupAction", {"AutoScalingGroupName": "g",
        "ScheduledActionName": "a", "StartTime": T, "EndTime": FRACTION}),
    ("elbv2", "CreateTargetGroup", {"Name": "t", "Port": 80, "HealthCheckEnabled": True,
        "Matcher": {"HttpCode": "200-299"}}),
    ("rds", "CreateDBInstance", {"DBInstanceIdentifier": "d", "DBInstanceClass": "db.t3.micro",
        "Engine": "postgres", "VpcSecurityGroupIds": ["sg-1", "sg-2"],
        "Tags": [{"Key": "a", "Value": "b"}]}),
    ("sdb", "PutAttributes", {"DomainName": "d", "ItemName": "i", "Attributes": [
        {"Name": "a", "Value": "1", "Replace": True}, {"Name": "b", "Value": "2"}]}),
    ("ses", "SendRawEmail", {"RawMessage": {"Data": b"From: a\r\n\r\nb"},
        "Destinations": ["a@example.com"]}),
    ("sqs", "SendMessage", {"QueueUrl": QUEUE, "MessageBody": "b", "MessageAttributes": {
        "a": {"DataType": "String", "StringValue": "x", "StringListValues": ["l"]}}}, "query"),
    ("sqs", "CreateQueue", {"QueueName": "q", "Attributes": {"DelaySeconds": "1"},
        "tags": {"k": "v"}}, "query"),
    ("cloudwatch", "PutMetricData", {"Namespace": "N", "MetricData": [{"MetricName": "m",
        "Value": 1.5, "Timestamp": T, "Dimensions": [{"Name": "a", "Value": "b"}],
        "Values": [1.0, 2.5], "StorageResolution": 60}]}, "query"),
]

EC2 = [
    ("RunInstances", {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 2, "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1", "sg-2"], "DryRun": False, "UserData": "dXNlcg==",
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8,
            "DeleteOnTermination": True, "Encrypted": True}}],
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/p"},
        "TagSpecifications": [{"ResourceType": "instance",
            "Tags": [{"Key": "a", "Value": "b"}]}]}),
    ("CreateTags", {"Resources": ["i-1", "i-2"], "Tags": [{"Key": "k", "Value": ""}]}),
    ("DescribeInstances", {"Filters": [{"Name": "tag:a", "Values": ["x", "y"]}],
        "MaxResults": 5}),
    ("AuthorizeSecurityGroupIngress", {"GroupId": "sg-1", "IpPermissions": [{
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "d"}],
        "UserIdGroupPairs": [{"GroupId": "sg-2"}]}]}),
    ("RequestSpotInstances", {"SpotPrice": "0.1", "ValidUntil": T,
        "LaunchSpecification": {"ImageId": "ami-1", "SecurityGroupIds": ["sg-1"]}}),
    ("DescribeRegions", {}),
    ("ImportKeyPair", {"KeyName": "k", "PublicKeyMaterial": b"ssh-rsa x"}),
]

JSON = [
    ("dynamodb", "PutItem", {"TableName": "t", "Item": {"pk": {"S": "a"}, "n": {"N": "1.50"},
        "b": {"B": b"\x00\xff"}, "m": {"M": {"l": {"L": [{"BOOL": True}, {"NULL": True}]}}},
        "bs": {"BS": [b"a", b"b"]}}, "ConditionExpression": "attribute_not_exists(pk)"}),
    ("dynamodb", "TransactWriteItems", {"TransactItems": [
        {"Put": {"TableName": "t", "Item": {"pk": {"S": "a"}}}},
        {"Update": {"TableName": "t", "Key": {"pk": {"S": "b"}},
                    "UpdateExpression": "SET a = :a",
                    "ExpressionAttributeValues": {":a": {"N": "1"}}}}]}),
    ("dynamodb", "Query", {"TableName": "t", "IndexName": "i", "Limit": 5,
        "ScanIndexForward": False, "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "x"}}}),
    ("dynamodb", "CreateTable", {"TableName": "t",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST"}),
    ("dynamodb", "ListTables", {}),
    ("sqs", "SendMessage", {"QueueUrl": QUEUE, "MessageBody": "ü", "DelaySeconds": 0,
        "MessageAttributes": {"b": {"DataType": "Binary", "BinaryValue": b"\x01"}}}),
    ("sqs", "ReceiveMessage", {"QueueUrl": QUEUE, "AttributeNames": ["All"],
        "WaitTimeSeconds": 1}),
    ("kinesis", "PutRecords", {"StreamName": "s", "Records": [
        {"Data": b"\x00\x01", "PartitionKey": "p"}, {"Data": b"", "PartitionKey": "q"}]}),
    ("kinesis", "GetShardIterator", {"StreamName": "s", "ShardId": "0",
        "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": T}),
    ("kms", "Encrypt", {"KeyId": "alias/k", "Plaintext": b"secret",
        "EncryptionContext": {"a": "b"}}),
    ("ssm", "GetParameter", {"Name": "/a/b", "WithDecryption": True}),
    ("secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretBinary": b"\xfe",
        "VersionStages": ["AWSCURRENT"]}),
    ("events", "PutEvents", {"Entries": [{"Time": T, "Source": "s", "DetailType": "d",
        "Detail": "{}", "Resources": []}]}),
    ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s",
        "logEvents": [{"timestamp": 1795420800123, "message": "m"}]}),
    ("stepfunctions", "StartExecution", {"stateMachineArn": "arn:sm", "input": "{}"}),
    ("cloudwatch", "GetMetricData", {"MetricDataQueries": [{"Id": "a", "ReturnData": True}],
        "StartTime": T, "EndTime": T}),
    ("ecs", "RunTask", {"taskDefinition": "t", "count": 1, "tags": [{"key": "a", "value": "b"}]}),
]

REST_JSON = [
    ("lambda", "Invoke", {"FunctionName": "f", "InvocationType": "Event", "LogType": "Tail",
        "Qualifier": "1", "Payload": b"{\"a\":1}"}),
    ("lambda", "Invoke", {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:f"}),
    ("lambda", "CreateFunction", {"FunctionName": "f", "Runtime": "python3.12", "Role": ROLE,
        "Handler": "h.h", "Code": {"ZipFile": b"PK\x03\x04"}, "Timeout": 3, "Publish": True,
        "Environment": {"Variables": {"A": "b"}}, "Layers": ["l1"], "Tags": {"t": "v"}}),
    ("lambda", "ListTags", {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}),
    ("lambda", "UntagResource", {"Resource": "arn:x", "TagKeys": ["a", "b c"]}),
    ("lambda", "ListFunctions", {"MaxItems": 5, "FunctionVersion": "ALL"}),
    ("apigateway", "CreateRestApi", {"name": "n", "binaryMediaTypes": ["a/b"],
        "endpointConfiguration": {"types": ["REGIONAL"]}}),
    ("apigateway", "PutRestApi", {"restApiId": "a", "mode": "merge", "failOnWarnings": True,
        "parameters": {"basepath": "prepend", "ignore": "documentation"}, "body": b"{}"}),
    ("apigateway", "UpdateStage", {"restApiId": "a", "stageName": "s", "patchOperations": [
        {"op": "replace", "path": "/x", "value": "1"}]}),
    ("iot-data", "Publish", {"topic": "a/b", "qos": 1, "retain": True, "payload": b"x",
        "userProperties": "[{\"deviceName\": \"alpha\"}]"}),
    ("lex-runtime", "PostContent", {"botName": "b", "botAlias": "a", "userId": "u",
        "sessionAttributes": {"a": "b"}, "contentType": "text/plain", "inputStream": b"x"}),
    ("scheduler", "CreateSchedule", {"Name": "s", "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"}, "StartDate": T,
        "Target": {"Arn": "arn:t", "RoleArn": ROLE}}),
    ("bedrock-runtime", "Converse", {"modelId": "m", "messages": [
        {"role": "user", "content": [{"text": "hi"}]}],
        "additionalModelRequestFields": {"top_k": 5, "nested": {"x": [1, None, 1.5]}}}),
    ("xray", "PutTraceSegments", {"TraceSegmentDocuments": ["{}"]}),
    ("iot", "CreateThing", {"thingName": "t", "attributePayload": {"attributes": {"a": "b"}}}),
    ("eks", "CreateCluster", {"name": "c", "roleArn": ROLE,
        "resourcesVpcConfig": {"subnetIds": ["s"], "endpointPublicAccess": False}}),
    ("cloudsearchdomain", "Search", {"query": "a b+c", "queryOptions": "{}", "size": 3}),
    ("glacier", "UploadArchive", {"accountId": "-", "vaultName": "v",
        "archiveDescription": "d", "body": b"\x00"}),
    ("backup", "ListBackupJobs", {"ByCreatedAfter": T, "MaxResults": 3}),
    ("pinpoint", "CreateApp", {"CreateApplicationRequest": {"Name": "n", "tags": {"a": "b"}}}),
    ("polly", "SynthesizeSpeech", {"OutputFormat": "mp3", "Text": "t", "VoiceId": "Joanna"}),
]

REST_XML = [
    ("route53", "ChangeResourceRecordSets", {"HostedZoneId": "Z1", "ChangeBatch": {
        "Comment": "c", "Changes": [{"Action": "UPSERT", "ResourceRecordSet": {
            "Name": "a.example.com", "Type": "A", "TTL": 60,
            "ResourceRecords": [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}]}}]}}),
    ("route53", "ListHostedZones", {"MaxItems": "5"}),
    ("route53", "CreateHostedZone", {"Name": "example.com", "CallerReference": "r",
        "HostedZoneConfig": {"Comment": "c", "PrivateZone": False}}),
    ("route53", "ChangeTagsForResource", {"ResourceType": "hostedzone", "ResourceId": "Z1",
        "AddTags": [{"Key": "a", "Value": "b"}], "RemoveTagKeys": ["c"]}),
    ("cloudfront", "CreateInvalidation", {"DistributionId": "D", "InvalidationBatch": {
        "Paths": {"Quantity": 2, "Items": ["/a", "/b*"]}, "CallerReference": "r"}}),
    ("cloudfront", "TagResource", {"Resource": "arn:aws:cloudfront::123456789012:distribution/D",
        "Tags": {"Items": [{"Key": "a", "Value": "b"}]}}),
    ("cloudfront", "GetDistribution", {"Id": "D"}),
    ("s3control", "CreateAccessPoint", {"AccountId": "123456789012", "Name": "ap", "Bucket": "b",
        "VpcConfiguration": {"VpcId": "vpc-1"}}),
    ("s3control", "PutAccessPointPolicy", {"AccountId": "123456789012", "Name": "ap",
        "Policy": "{}"}),
]

CBOR_REQUESTS = [
    ("cloudwatch", "PutMetricData", {"Namespace": "N", "MetricData": [{"MetricName": "m",
        "Value": 1.5, "Timestamp": T, "Unit": "Count", "StorageResolution": 1,
        "Dimensions": [{"Name": "a", "Value": "b"}], "Values": [0.0, -3.25, 1e300]}]}, CBOR),
    ("cloudwatch", "ListMetrics", {}, CBOR),
    ("cloudwatch", "PutMetricAlarm", {"AlarmName": "a", "ActionsEnabled": False,
        "Threshold": -1.0, "Period": 60, "EvaluationPeriods": 300,
        "ComparisonOperator": "GreaterThanThreshold"}, CBOR),
    ("arc-region-switch", "GetPlan", {"arn": "arn:aws:arc-region-switch::123456789012:plan/p"},
        CBOR),
    ("arc-region-switch", "TagResource", {"arn": "arn:x", "tags": {"a": "b", "c": "ü"}}, CBOR),
    # Not what these services speak, but botocore can, and it has blobs in it.
    ("kinesis", "PutRecord", {"StreamName": "s", "Data": b"\x00\xff", "PartitionKey": "p"}, CBOR),
    ("dynamodb", "PutItem", {"TableName": "t", "Item": {"b": {"B": b"\x00"},
        "l": {"L": [{"BOOL": False}]}}}, CBOR),
]

REQUESTS = (
    [("s3", *case) for case in S3]
    + QUERY
    + [("ec2", *case) for case in EC2]
    + JSON
    + REST_JSON
    + REST_XML
    + CBOR_REQUESTS
)
