"""Coverage: what recordings reach of AWS's models, and what of an application's traffic is proven by goldens."""
