"""Tables of projects, their photos and their reviews."""

from projects.models.project import Category, Photo, Project
from projects.models.review import Review

__all__ = ["Category", "Photo", "Project", "Review"]
