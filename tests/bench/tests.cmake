# Speed: built, and run by hand or by `bench`; no part of ctest.
add_executable(plan_bench ${CMAKE_CURRENT_LIST_DIR}/plan_bench.c)
target_link_libraries(plan_bench PRIVATE core)
