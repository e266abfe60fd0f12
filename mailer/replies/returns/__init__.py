"""Reads what mail servers and mail programs report: bounces, delays, receipts, complaints."""
