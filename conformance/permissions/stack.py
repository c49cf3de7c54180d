"""Who may record: the trust policy for GitHub's OIDC tokens, and a CloudFormation stack of role, policies and budget.

Source: GitHub, "Configuring OpenID Connect in Amazon Web Services"; CloudFormation, AWS::IAM::* and AWS::Budgets::*.
"""

from __future__ import annotations

from typing import Any

ISSUER = "token.actions.githubusercontent.com"
# Not conform-: a sweep deletes what bears that prefix.
NAME = "ruststack-refresh"


def subject(repository: str, *, branch: str, environment: str) -> str:
    """What the token must say of itself: a branch of the repository, or one of its environments."""
    return (
        f"repo:{repository}:environment:{environment}" if environment else f"repo:{repository}:ref:refs/heads/{branch}"
    )


def trust(subject: str, provider: Any) -> dict[str, Any]:
    """The trust policy: jobs whose token has exactly this subject, and nobody else. ``provider`` is its ARN."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}},
            }
        ],
    }


def provider_arn(account: str) -> str:
    return f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"


def template(policies: list[dict[str, Any]], subject: str, *, budget: float, email: str) -> dict[str, Any]:
    """A CloudFormation template: the role that refresh.yml assumes, its policies, and a budget that shuts it.

    When the account has spent the month's budget, AWS attaches AWSDenyAll to the role.
    """
    names = [f"Policy{number}" for number in range(1, len(policies) + 1)]
    provider = {"Fn::If": ["MakesProvider", {"Ref": "Provider"}, {"Ref": "ProviderArn"}]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Recording AWS for ruststack-conform: a role for GitHub Actions, and a budget that shuts it.",
        "Parameters": {
            "ProviderArn": {
                "Type": "String",
                "Default": "",
                "Description": f"The account's OIDC provider for {ISSUER}, if there is one already.",
            }
        },
        "Conditions": {"MakesProvider": {"Fn::Equals": [{"Ref": "ProviderArn"}, ""]}},
        "Resources": {
            "Provider": {
                "Type": "AWS::IAM::OIDCProvider",
                "Condition": "MakesProvider",
                "Properties": {"Url": f"https://{ISSUER}", "ClientIdList": ["sts.amazonaws.com"]},
            },
            **{
                name: {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
                for name, policy in zip(names, policies, strict=True)
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": NAME,
                    "MaxSessionDuration": 3600,
                    "AssumeRolePolicyDocument": trust(subject, provider),
                    "ManagedPolicyArns": [{"Ref": name} for name in names],
                },
            },
            **_guard(budget, email),
        },
        "Outputs": {
            "Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}, "Description": "AWS_REFRESH_ROLE of the repository"}
        },
    }


def _guard(budget: float, email: str) -> dict[str, Any]:
    """The budget, and the action that it takes when it is spent."""
    reader = {"SubscriptionType": "EMAIL", "Address": email}
    deny = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll"}
    return {
        "Budget": {
            "Type": "AWS::Budgets::Budget",
            "Properties": {
                "Budget": {
                    "BudgetName": NAME,
                    "BudgetType": "COST",
                    "TimeUnit": "MONTHLY",
                    "BudgetLimit": {"Amount": budget, "Unit": "USD"},
                },
                "NotificationsWithSubscribers": [
                    {
                        "Notification": {
                            "NotificationType": "ACTUAL",
                            "ComparisonOperator": "GREATER_THAN",
                            "Threshold": 50,
                            "ThresholdType": "PERCENTAGE",
                        },
                        "Subscribers": [{"SubscriptionType": "EMAIL", "Address": email}],
                    }
                ],
            },
        },
        "Shutter": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "budgets.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": "shut",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                                    "Resource": {"Fn::GetAtt": ["Role", "Arn"]},
                                    "Condition": {"ArnEquals": {"iam:PolicyARN": deny}},
                                }
                            ],
                        },
                    }
                ],
            },
        },
        "Shut": {
            "Type": "AWS::Budgets::BudgetsAction",
            "Properties": {
                "BudgetName": {"Ref": "Budget"},
                "NotificationType": "ACTUAL",
                "ActionType": "APPLY_IAM_POLICY",
                "ActionThreshold": {"Type": "PERCENTAGE", "Value": 100},
                "ApprovalModel": "AUTOMATIC",
                "ExecutionRoleArn": {"Fn::GetAtt": ["Shutter", "Arn"]},
                "Definition": {"IamActionDefinition": {"PolicyArn": deny, "Roles": [{"Ref": "Role"}]}},
                "Subscribers": [{"Type": reader["SubscriptionType"], "Address": reader["Address"]}],
            },
        },
    }
