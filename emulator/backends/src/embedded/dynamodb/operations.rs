//! The operations that the database has.

use dynoxide::{Database, DynoxideError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::errors::unreadable;

/// The JSON text of a request to the members of its answer.
pub(super) type Run = fn(&Database, &str) -> Result<Value, DynoxideError>;

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &str,
    work: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let request = serde_json::from_str(body).map_err(|error| unreadable(&error))?;
    let answer = work(request)?;
    serde_json::to_value(&answer).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}

/// How an operation is run; none if the database does not have it.
pub(super) fn find(operation: &str) -> Option<Run> {
    tables(operation)
        .or_else(|| items(operation))
        .or_else(|| streams(operation))
}

fn tables(operation: &str) -> Option<Run> {
    Some(match operation {
        "CreateTable" => |db, body| call(body, |q| db.create_table(q)),
        "DeleteTable" => |db, body| call(body, |q| db.delete_table(q)),
        "DescribeTable" => |db, body| call(body, |q| db.describe_table(q)),
        "ListTables" => |db, body| call(body, |q| db.list_tables(q)),
        "UpdateTable" => |db, body| call(body, |q| db.update_table(q)),
        "UpdateTimeToLive" => |db, body| call(body, |q| db.update_time_to_live(q)),
        "DescribeTimeToLive" => |db, body| call(body, |q| db.describe_time_to_live(q)),
        "TagResource" => |db, body| call(body, |q| db.tag_resource(q)),
        "UntagResource" => |db, body| call(body, |q| db.untag_resource(q)),
        "ListTagsOfResource" => |db, body| call(body, |q| db.list_tags_of_resource(q)),
        _ => return None,
    })
}

fn items(operation: &str) -> Option<Run> {
    Some(match operation {
        "PutItem" => |db, body| call(body, |q| db.put_item(q)),
        "GetItem" => |db, body| call(body, |q| db.get_item(q)),
        "DeleteItem" => |db, body| call(body, |q| db.delete_item(q)),
        "UpdateItem" => |db, body| call(body, |q| db.update_item(q)),
        "Query" => |db, body| call(body, |q| db.query(q)),
        "Scan" => |db, body| call(body, |q| db.scan(q)),
        "SearchVectors" => |db, body| call(body, |q| db.search_vectors(q)),
        "BatchGetItem" => |db, body| call(body, |q| db.batch_get_item(q)),
        "BatchWriteItem" => |db, body| call(body, |q| db.batch_write_item(q)),
        "TransactWriteItems" => |db, body| call(body, |q| db.transact_write_items(q)),
        "TransactGetItems" => |db, body| call(body, |q| db.transact_get_items(q)),
        "ExecuteStatement" => |db, body| call(body, |q| db.execute_statement(q)),
        "ExecuteTransaction" => |db, body| call(body, |q| db.execute_transaction(q)),
        "BatchExecuteStatement" => |db, body| call(body, |q| db.batch_execute_statement(q)),
        _ => return None,
    })
}

fn streams(operation: &str) -> Option<Run> {
    Some(match operation {
        "ListStreams" => |db, body| call(body, |q| db.list_streams(q)),
        "DescribeStream" => |db, body| call(body, |q| db.describe_stream(q)),
        "GetShardIterator" => |db, body| call(body, |q| db.get_shard_iterator(q)),
        "GetRecords" => |db, body| call(body, |q| db.get_records(q)),
        _ => return None,
    })
}
