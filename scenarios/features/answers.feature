Feature: The function that books orders, where services answer otherwise
  What a function attempts depends on what it is answered. Canned answers bring it onto paths that its
  resources alone do not.

  Scenario: Throttled, it tries again, and needs no more for that
    Given the function "orders" with the answers "throttled-twice", and its resources
    And its role has the policy "expected-policy"
    When it is invoked with the event "event"
    Then it succeeds
    And its role's policy is sufficient
    And its role's policy grants nothing else

  Scenario: Without its parameter it stops before anything is booked
    Given the function "orders" with the answers "no-discount", and its resources
    And its role has the policy "expected-policy"
    When it is invoked with the event "event"
    Then it fails with the error "ParameterNotFound" and the message
      """
      no discount today
      """
    And its role performed exactly these actions
      | action             | resource                                                     |
      | sqs:ReceiveMessage | arn:aws:sqs:us-east-1:123456789012:orders                    |
      | ssm:GetParameter   | arn:aws:ssm:us-east-1:123456789012:parameter/orders/discount |

  Scenario: Without an order it only looks for one
    Given the function "orders" with the answers "empty-queue", and its resources
    And its role has the policy "expected-policy"
    When it is invoked with the event "event"
    Then it succeeds
    And its role performed exactly these actions
      | action             | resource                                  |
      | sqs:ReceiveMessage | arn:aws:sqs:us-east-1:123456789012:orders |
    And its role's policy grants more than that
