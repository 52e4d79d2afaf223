# Speed: built, and run by hand or by `bench`; no part of ctest.
add_executable(plan_bench ${CMAKE_CURRENT_LIST_DIR}/plan_bench.c)
target_link_libraries(plan_bench PRIVATE core)
add_executable(fetch_bench ${CMAKE_CURRENT_LIST_DIR}/fetch_bench.c)
target_link_libraries(fetch_bench PRIVATE strict PkgConfig::CURL)
