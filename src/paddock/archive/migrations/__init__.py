"""The archive's migrations, one script for each released schema; Alembic reads them as files of the package."""
