"""An area's year as a report: a page, a PDF for print and a workbook, all of the same figures."""
