//! CloudWatch metrics.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, fixture};

    /// Seconds of the fixture's start, at a whole minute.
    const START: f64 = 1_764_000_000.0;

    async fn put(fixture: &Fixture, data: Value) {
        let request = json!({ "Namespace": "Shop", "MetricData": data });
        fixture.ok("cloudwatch", "PutMetricData", request).await;
    }

    fn eu() -> Value {
        json!([{ "Name": "region", "Value": "eu" }])
    }

    /// Two minutes of data for one metric.
    async fn filled() -> Fixture {
        let fixture = fixture();
        put(&fixture, json!([
            { "MetricName": "orders", "Dimensions": eu(), "Value": 4.0, "Timestamp": START, "Unit": "Count" },
            { "MetricName": "orders", "Dimensions": eu(), "Value": 2.0, "Timestamp": START + 59.0, "Unit": "Count" },
            {
                "MetricName": "orders", "Dimensions": eu(), "Values": [1.0, 10.0], "Counts": [3.0, 1.0],
                "Timestamp": START + 60.0, "Unit": "Count",
            },
            { "MetricName": "orders", "Value": 99.0, "Timestamp": START },
            {
                "MetricName": "sizes", "Timestamp": START,
                "StatisticValues": { "SampleCount": 2.0, "Sum": 6.0, "Minimum": 1.0, "Maximum": 5.0 },
            },
        ])).await;
        fixture
    }

    #[tokio::test(start_paused = true)]
    async fn statistics_are_computed_for_each_period() {
        let fixture = filled().await;
        let request = json!({
            "Namespace": "Shop", "MetricName": "orders", "Dimensions": eu(), "StartTime": START,
            "EndTime": START + 120.0, "Period": 60,
            "Statistics": ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
            "ExtendedStatistics": ["p50"],
        });
        let answer = fixture
            .ok("cloudwatch", "GetMetricStatistics", request)
            .await;
        assert_eq!(
            answer,
            json!({ "Label": "orders", "Datapoints": [
                {
                    "Timestamp": START, "Unit": "Count", "Sum": 6.0, "Average": 3.0, "Minimum": 2.0,
                    "Maximum": 4.0, "SampleCount": 2.0, "ExtendedStatistics": { "p50": 2.0 },
                },
                {
                    "Timestamp": START + 60.0, "Unit": "Count", "Sum": 13.0, "Average": 3.25,
                    "Minimum": 1.0, "Maximum": 10.0, "SampleCount": 4.0,
                    "ExtendedStatistics": { "p50": 1.0 },
                },
            ] })
        );
        let set = json!({
            "Namespace": "Shop", "MetricName": "sizes", "StartTime": START, "EndTime": START + 60.0,
            "Period": 60, "Statistics": ["Average"],
        });
        let set = fixture.ok("cloudwatch", "GetMetricStatistics", set).await;
        assert_eq!(set["Datapoints"][0]["Average"], 3.0);
    }

    #[tokio::test(start_paused = true)]
    async fn data_come_newest_first_unless_asked_otherwise() {
        let fixture = filled().await;
        let query = json!({ "Id": "q", "MetricStat": {
            "Metric": { "Namespace": "Shop", "MetricName": "orders", "Dimensions": eu() },
            "Period": 60, "Stat": "Sum",
        } });
        let mut request = json!({
            "MetricDataQueries": [query], "StartTime": START, "EndTime": START + 120.0,
        });
        let answer = fixture
            .ok("cloudwatch", "GetMetricData", request.clone())
            .await;
        assert_eq!(
            answer["MetricDataResults"],
            json!([{
                "Id": "q", "Label": "orders", "Timestamps": [START + 60.0, START],
                "Values": [13.0, 6.0], "StatusCode": "Complete",
            }])
        );
        request["ScanBy"] = json!("TimestampAscending");
        let answer = fixture.ok("cloudwatch", "GetMetricData", request).await;
        assert_eq!(answer["MetricDataResults"][0]["Values"], json!([6.0, 13.0]));
    }

    #[tokio::test(start_paused = true)]
    async fn metrics_are_told_apart_by_their_dimensions() {
        let fixture = filled().await;
        let named = json!({ "Namespace": "Shop", "MetricName": "orders" });
        let all = fixture.ok("cloudwatch", "ListMetrics", named.clone()).await;
        assert_eq!(all["Metrics"].as_array().unwrap().len(), 2);
        let mut filtered = named;
        filtered["Dimensions"] = json!([{ "Name": "region" }]);
        let filtered = fixture.ok("cloudwatch", "ListMetrics", filtered).await;
        assert_eq!(
            filtered["Metrics"],
            json!([{ "Namespace": "Shop", "MetricName": "orders", "Dimensions": eu() }])
        );
        let both = json!({ "Namespace": "Shop", "MetricData": [
            { "MetricName": "m", "Value": 1.0, "Values": [1.0] },
        ] });
        let error = fixture.err("cloudwatch", "PutMetricData", both).await;
        assert_eq!(error.code, "InvalidParameterCombinationException");
        let none = json!({ "Namespace": "Shop", "MetricData": [{ "MetricName": "m" }] });
        let error = fixture.err("cloudwatch", "PutMetricData", none).await;
        assert_eq!(error.code, "MissingRequiredParameterException");
        let reserved = json!({ "Namespace": "AWS/EC2", "MetricData": [] });
        let error = fixture.err("cloudwatch", "PutMetricData", reserved).await;
        assert_eq!(
            error.message,
            "The value AWS/EC2 for parameter Namespace is invalid."
        );
    }

    #[tokio::test(start_paused = true)]
    async fn alarms_and_dashboards_are_kept() {
        let fixture = fixture();
        let alarm = json!({
            "AlarmName": "many", "MetricName": "orders", "Namespace": "Shop", "Period": 60,
            "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0,
            "Tags": [{ "Key": "team", "Value": "shop" }],
        });
        fixture
            .ok("cloudwatch", "PutMetricAlarm", alarm.clone())
            .await;
        let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:many";
        let tags = FactValue::Present(json!({ "team": "shop" }));
        assert_eq!(fixture.fact(FactKind::ResourceTags, arn), tags);
        let state = json!({ "AlarmName": "many", "StateValue": "ALARM", "StateReason": "test" });
        fixture.ok("cloudwatch", "SetAlarmState", state).await;
        // A change keeps the state.
        fixture.ok("cloudwatch", "PutMetricAlarm", alarm).await;
        let described = fixture.ok("cloudwatch", "DescribeAlarms", json!({})).await;
        let found = &described["MetricAlarms"][0];
        assert_eq!(found["AlarmArn"], arn);
        assert_eq!(
            (&found["StateValue"], &found["Threshold"]),
            (&json!("ALARM"), &json!(5.0))
        );
        assert_eq!(described["CompositeAlarms"], json!([]));
        fixture
            .ok(
                "cloudwatch",
                "DeleteAlarms",
                json!({ "AlarmNames": ["many"] }),
            )
            .await;
        let described = fixture.ok("cloudwatch", "DescribeAlarms", json!({})).await;
        assert_eq!(described["MetricAlarms"], json!([]));
        let dashboard = json!({ "DashboardName": "d", "DashboardBody": "{}" });
        fixture.ok("cloudwatch", "PutDashboard", dashboard).await;
        let got = fixture
            .ok(
                "cloudwatch",
                "GetDashboard",
                json!({ "DashboardName": "d" }),
            )
            .await;
        assert_eq!(
            got["DashboardArn"],
            "arn:aws:cloudwatch::123456789012:dashboard/d"
        );
        assert_eq!(got["DashboardBody"], "{}");
        let gone = json!({ "DashboardName": "e" });
        let error = fixture.err("cloudwatch", "GetDashboard", gone).await;
        assert_eq!(error.message, "Dashboard e does not exist");
    }
}
