"""What recording on real AWS needs: IAM actions of the recorded operations, a policy of them, and who may assume it."""
