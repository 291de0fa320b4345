"""
What people see: values for each page, templates that show them, and the files that a browser loads beside.

Everything is rendered here, on the server; scripts only fetch parts of the same pages again. No third party's file, no
inline script or style: the pages' Content-Security-Policy forbids both. Views, and everything else of HTTP, are in
``server/pages``.
"""
