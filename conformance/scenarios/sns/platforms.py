"""Push applications and text messages: what can be seen of them without a phone."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


@scenario("sns/platform_refused")
def platform_refused(t: Driver) -> None:
    """An application needs a known platform and a name of allowed characters; one that is not there says so."""
    sns = t.client("sns")
    keys = {"PlatformPrincipal": "dummy", "PlatformCredential": "dummy"}
    make = sns.create_platform_application
    t.fails("InvalidParameter", make, Name=t.name(), Platform="AAA", Attributes=keys)
    t.fails("InvalidParameter", make, Name="a@b", Platform="ADM", Attributes=keys)
    t.fails("InvalidParameter", make, Name="a" * 257, Platform="ADM", Attributes=keys)
    arn = f"arn:aws:sns:{t.region}:{t.account_id()}:app/ADM/not-there"
    t.fails("NotFound", sns.get_platform_application_attributes, PlatformApplicationArn=arn)
    t.fails("NotFound", sns.create_platform_endpoint, PlatformApplicationArn=arn, Token="t")
    t.fails("InvalidParameter", sns.get_platform_application_attributes, PlatformApplicationArn="nonsense")


@scenario("sns/text_message_settings")
def text_message_settings(t: Driver) -> None:
    """The settings for text messages are the account's; unknown ones and values are refused."""
    sns = t.client("sns")
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Promotional"})
    sns.get_sms_attributes(attributes=["DefaultSMSType"])
    t.step("refused")
    t.fails("InvalidParameter", sns.set_sms_attributes, attributes={"DefaultSMSType": "Postcard"})
    t.fails("InvalidParameter", sns.set_sms_attributes, attributes={"Colour": "blue"})
    t.step("opted out")
    t.fails("InvalidParameter", sns.opt_in_phone_number, phoneNumber="nonsense")
    sns.list_phone_numbers_opted_out()
