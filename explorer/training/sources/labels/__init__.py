"""What is known of pictures beside their pixels: tables, records and arrays of labels, and which rows name which."""
