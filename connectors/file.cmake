# file: directories that are files.
add_library(file STATIC file.c file_columns.c file_csv.c file_directory.c file_people.c)
target_link_libraries(file PUBLIC base core address reading)
