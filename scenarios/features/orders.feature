Feature: The function that books orders
  It takes an order off a queue, books it, writes its receipt and tells who wants to know. Its role
  may do that, on these resources, and nothing besides.

  Background:
    Given the function "orders" and its resources

  Scenario: It does what its policy says
    Given its role has the policy "expected-policy"
    When it is invoked with the event "event"
    Then it succeeds
    And its role performed exactly these actions
      | action                      | resource                                                              |
      | sqs:ReceiveMessage          | arn:aws:sqs:us-east-1:123456789012:orders                             |
      | ssm:GetParameter            | arn:aws:ssm:us-east-1:123456789012:parameter/orders/discount          |
      | dynamodb:Query              | arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/by-customer |
      | dynamodb:ConditionCheckItem | arn:aws:dynamodb:us-east-1:123456789012:table/orders                  |
      | dynamodb:UpdateItem         | arn:aws:dynamodb:us-east-1:123456789012:table/orders                  |
      | dynamodb:PutItem            | arn:aws:dynamodb:us-east-1:123456789012:table/orders                  |
      | s3:GetObject                | arn:aws:s3:::orders-documents/templates/receipt.txt                   |
      | s3:PutObject                | arn:aws:s3:::orders-documents/receipts/1001.txt                       |
      | s3:PutObjectTagging         | arn:aws:s3:::orders-documents/receipts/1001.txt                       |
      | sns:Publish                 | arn:aws:sns:us-east-1:123456789012:orders-booked                      |
      | sqs:DeleteMessage           | arn:aws:sqs:us-east-1:123456789012:orders                             |
    And its role's policy is sufficient
    And its role's policy grants nothing else

  Scenario: A policy as people write it grants more
    Given its role has the policy "wide-policy"
    When it is invoked with the event "event"
    Then it succeeds
    And its role's policy is sufficient
    And its role's policy grants more than that

  Scenario Outline: Without <action> it is denied
    Given its role has the policy "expected-policy" without "<action>"
    When it is invoked with the event "event"
    Then it fails with the error "<error>" and the message
      """
      User: arn:aws:sts::123456789012:assumed-role/orders/orders is not authorized to perform: <said> on resource: <resource> because no identity-based policy allows the <said> action
      """

    Examples:
      | action                      | error                 | said                        | resource                                                               |
      | sqs:ReceiveMessage          | AccessDenied          | sqs:receivemessage          | arn:aws:sqs:us-east-1:123456789012:orders                              |
      | ssm:GetParameter            | AccessDeniedException | ssm:GetParameter            | arn:aws:ssm:us-east-1:123456789012:parameter/orders/discount           |
      | dynamodb:Query              | AccessDeniedException | dynamodb:Query              | arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/by-customer |
      | dynamodb:ConditionCheckItem | AccessDeniedException | dynamodb:ConditionCheckItem | arn:aws:dynamodb:us-east-1:123456789012:table/orders                   |
      | dynamodb:UpdateItem         | AccessDeniedException | dynamodb:UpdateItem         | arn:aws:dynamodb:us-east-1:123456789012:table/orders                   |
      | dynamodb:PutItem            | AccessDeniedException | dynamodb:PutItem            | arn:aws:dynamodb:us-east-1:123456789012:table/orders                   |
      | s3:GetObject                | AccessDenied          | s3:GetObject                | "arn:aws:s3:::orders-documents/templates/receipt.txt"                  |
      | s3:PutObject                | AccessDenied          | s3:PutObject                | "arn:aws:s3:::orders-documents/receipts/1001.txt"                      |
      | s3:PutObjectTagging         | AccessDenied          | s3:PutObjectTagging         | "arn:aws:s3:::orders-documents/receipts/1001.txt"                      |
      | sns:Publish                 | AuthorizationError    | SNS:Publish                 | arn:aws:sns:us-east-1:123456789012:orders-booked                       |
      | sqs:DeleteMessage           | AccessDenied          | sqs:deletemessage           | arn:aws:sqs:us-east-1:123456789012:orders                              |
