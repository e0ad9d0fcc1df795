"""What is looked up in the directory and changed nowhere: people, delegates, what a role allows."""
